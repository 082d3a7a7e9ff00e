// What `convbook predict` prints: answers as text, CSV or JSON, and how far it is. Leaves out how an answer is found (predict.cpp).
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "convbook/mistakes.h"

namespace convbook::cli {

/// What became of a photo when some steps were broken.
struct BrokenAnswer {
    std::vector<Prediction> top;
    double input_difference = 0;
    std::vector<LayerDifference> layers;
};
/// What a network saw in one photo.
struct Answer {
    std::string image, weights;  ///< weights: the file's name
    std::vector<Prediction> top;
    double milliseconds = 0;
    std::optional<BrokenAnswer> broken = {};
};

enum class AnswerFormat { text, csv, json };

/// Prints answers to standard output as they come, whole lines at a time; JSON, which is one array, when it ends.
class AnswerPrinter {
public:
    /// Every answer has a broken half if `mistakes` are some.
    AnswerPrinter(AnswerFormat format, const Mistakes& mistakes);
    /// Before the first answer; once is enough.
    void begin();
    void print(const Model& model, const Answer& answer);
    void finish();

private:
    void print_text(const Model& model, const Answer& answer) const;
    void print_csv(const Model& model, const Answer& answer) const;
    nlohmann::ordered_json json_of(const Model& model, const Answer& answer) const;
    AnswerFormat format_;
    Mistakes mistakes_;
    bool has_begun_ = false;
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
