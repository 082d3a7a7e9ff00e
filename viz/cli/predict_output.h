// What `convbook predict` prints: answers as text, CSV or JSON, and how far it is. Leaves out how an answer is found (predict.cpp).
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "convbook/engine.h"
#include "convbook/weights.h"

namespace convbook::cli {

/// What a network saw in one photo.
struct Answer {
    std::string image;
    std::vector<Prediction> top;
    double milliseconds = 0;
};

enum class AnswerFormat { text, csv, json };

/// Prints answers to standard output as they come, whole lines at a time; JSON, which is one array, when it ends.
class AnswerPrinter {
public:
    AnswerPrinter(const Model& model, AnswerFormat format);
    void print(const Answer& answer);
    void finish();

private:
    std::string label_of(int index) const;
    const Model& model_;
    AnswerFormat format_;
    nlohmann::ordered_json all_ = nlohmann::ordered_json::array();
};

/// Which of several photos is being looked at, on standard error: one line that changes on a terminal, elsewhere a line every tenth of the way.
class PhotoProgress {
public:
    explicit PhotoProgress(std::size_t photos);
    void begin(std::size_t photo, const std::string& name);
    void clear() const;  ///< before anything else is printed

private:
    std::size_t photos_, tenths_ = 0;
    bool is_terminal_;
};

}  // namespace convbook::cli
