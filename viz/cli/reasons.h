// "Why is mine different?" on the command line: what papers print, the known discrepancies, and the switches that give a reader's own number.
// Leaves out the summary itself (summary.cpp).
#pragma once
#include <string>
#include <vector>

#include "convbook/count_switches.h"

namespace convbook::cli {

/// The lines below a summary: each printed figure with its source and the difference in a sentence; empty if nothing is published.
std::string published_lines(const NetSpec& net);
/// Each known discrepancy of the network with both numbers. Returns the exit code.
int print_reasons(const NetSpec& net, bool is_json);

/// A reader's number and what it may count.
struct Question {
    Quantity quantity = Quantity::params;
    WrittenCount written;
};
/// `mine` asks for both quantities. Throws convbook::Error for what is no number.
std::vector<Question> read_questions(const std::string& mine, const std::string& params, const std::string& macs);
/// The combinations of switches that give the numbers. Returns the exit code: 1 if none does.
int print_reproductions(const NetSpec& net, const std::vector<Question>& questions, bool is_json);

}  // namespace convbook::cli
