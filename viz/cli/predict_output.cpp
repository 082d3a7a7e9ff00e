// Formats of predictions and the progress line. Leaves out photos, networks and files.
#include "cli/predict_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace convbook::cli {
namespace {

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

std::string csv_quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string label_of(const Model& model, int index) {
    const auto at = static_cast<std::size_t>(index);
    return at < model.labels.size() ? model.labels[at] : "";
}

std::string guess_words(const Model& model, const Prediction& guess) { return fmt::format("{:6.2f} %  {:>4}  {}", 100 * guess.probability, guess.index, label_of(model, guess.index)); }

const std::string& layer_name(const Model& model, const LayerDifference& layer) { return model.graph.node(layer.layer).name; }

/// "The input differs by 12.3 %; the first layer whose maps differ is features.0.0 ...".
std::string divergence_words(const Model& model, const BrokenAnswer& broken) {
    const LayerDifference* first = first_divergence(broken.layers);
    if (first == nullptr) return "No layer's maps differ.";
    const auto named = [&](const LayerDifference& layer) { return fmt::format("{} ({:.1f} %)", layer_name(model, layer), 100 * layer.relative); };
    return fmt::format("The input differs by {:.1f} %; the first layer whose maps differ is {}, the last {}.", 100 * broken.input_difference, named(*first), named(broken.layers.back()));
}

nlohmann::ordered_json json_of(const Model& model, const std::vector<Prediction>& top) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& [index, probability] : top) list.push_back({{"index", index}, {"label", label_of(model, index)}, {"probability", rounded(probability, 1e6)}});
    return list;
}

}  // namespace

AnswerPrinter::AnswerPrinter(AnswerFormat format, const Mistakes& mistakes) : format_(format), mistakes_(mistakes) {
    // A program stopped halfway leaves whole lines
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

void AnswerPrinter::begin() {
    if (!has_begun_ && format_ == AnswerFormat::csv) fmt::print("image,net,rank,index,label,probability,ms,weights{}\n", mistakes_.are_none() ? "" : ",broken,broken_index,broken_label,broken_probability,first_layer");
    has_begun_ = true;
}

void AnswerPrinter::print_text(const Model& model, const Answer& answer) const {
    constexpr int kColumn = 44;
    fmt::print("{}  ({}, {}, {:.1f} ms)\n", answer.image, model.graph.name(), answer.weights, answer.milliseconds);
    if (answer.broken) fmt::print("  {:<{}}  broken: {}\n", "right", kColumn, mistakes_.names());
    for (std::size_t i = 0; i < answer.top.size(); ++i) {
        const std::string words = guess_words(model, answer.top[i]);
        if (answer.broken) fmt::print("  {:<{}.{}}  {}\n", words, kColumn, kColumn, guess_words(model, answer.broken->top[i]));
        else fmt::print("  {}\n", words);
    }
    if (answer.broken) fmt::print("  {}\n", divergence_words(model, *answer.broken));
}

void AnswerPrinter::print_csv(const Model& model, const Answer& answer) const {
    const auto cells = [&](const Prediction& guess) { return fmt::format("{},{},{:.6f}", guess.index, csv_quoted(label_of(model, guess.index)), guess.probability); };
    for (std::size_t i = 0; i < answer.top.size(); ++i) {
        fmt::print("{},{},{},{},{:.3f},{}", csv_quoted(answer.image), model.graph.name(), i + 1, cells(answer.top[i]), answer.milliseconds, csv_quoted(answer.weights));
        if (answer.broken) {
            const LayerDifference* first = first_divergence(answer.broken->layers);
            fmt::print(",{},{},{}", csv_quoted(mistakes_.names()), cells(answer.broken->top[i]), first ? layer_name(model, *first) : "");
        }
        fmt::print("\n");
    }
}

nlohmann::ordered_json AnswerPrinter::json_of(const Model& model, const Answer& answer) const {
    nlohmann::ordered_json out = {{"image", answer.image}, {"net", model.graph.name()}, {"top", cli::json_of(model, answer.top)}, {"ms", rounded(answer.milliseconds, 1e3)}, {"weights", answer.weights}};
    if (!answer.broken) return out;
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const LayerDifference& layer : answer.broken->layers) layers.push_back({{"layer", layer_name(model, layer)}, {"difference", rounded(layer.relative, 1e6)}});
    const LayerDifference* first = first_divergence(answer.broken->layers);
    out["broken"] = {{"steps", mistakes_.names()}, {"top", cli::json_of(model, answer.broken->top)}, {"input_difference", rounded(answer.broken->input_difference, 1e6)},
                     {"first_layer", first ? nlohmann::ordered_json(layer_name(model, *first)) : nlohmann::ordered_json()}, {"layers", layers}};
    return out;
}

void AnswerPrinter::print(const Model& model, const Answer& answer) {
    if (format_ == AnswerFormat::json) all_.push_back(json_of(model, answer));
    else if (format_ == AnswerFormat::csv) print_csv(model, answer);
    else print_text(model, answer);
}

void AnswerPrinter::finish() {
    if (format_ == AnswerFormat::json) fmt::print("{}\n", all_.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

PhotoProgress::PhotoProgress(std::size_t photos) : photos_(photos), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

void PhotoProgress::begin(std::size_t photo, const std::string& name) {
    if (photos_ < 2) return;
    if (is_terminal_) {
        fmt::print(stderr, "\r\x1b[2K{} of {}  {}", photo, photos_, name);
        std::fflush(stderr);
    } else if (photo * 10 / photos_ > tenths_) {
        tenths_ = photo * 10 / photos_;
        fmt::print(stderr, "{} of {}  {}\n", photo, photos_, name);
    }
}

void PhotoProgress::clear() const {
    if (photos_ < 2 || !is_terminal_) return;
    fmt::print(stderr, "\r\x1b[2K");
    std::fflush(stderr);
}

}  // namespace convbook::cli
