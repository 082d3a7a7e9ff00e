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

}  // namespace

AnswerPrinter::AnswerPrinter(const Model& model, AnswerFormat format) : model_(model), format_(format) {
    // A program stopped halfway leaves whole lines
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    if (format == AnswerFormat::csv) fmt::print("image,net,rank,index,label,probability,ms\n");
}

std::string AnswerPrinter::label_of(int index) const {
    const auto at = static_cast<std::size_t>(index);
    return at < model_.labels.size() ? model_.labels[at] : "";
}

void AnswerPrinter::print(const Answer& answer) {
    const std::string& net = model_.graph.name();
    if (format_ == AnswerFormat::json) {
        nlohmann::ordered_json top = nlohmann::ordered_json::array();
        for (const auto& [index, probability] : answer.top) top.push_back({{"index", index}, {"label", label_of(index)}, {"probability", rounded(probability, 1e6)}});
        all_.push_back({{"image", answer.image}, {"net", net}, {"top", top}, {"ms", rounded(answer.milliseconds, 1e3)}});
        return;
    }
    if (format_ == AnswerFormat::text) fmt::print("{}  ({}, {:.1f} ms)\n", answer.image, net, answer.milliseconds);
    int rank = 0;
    for (const auto& [index, probability] : answer.top) {
        if (format_ == AnswerFormat::text) fmt::print("  {:6.2f} %  {:>4}  {}\n", 100 * probability, index, label_of(index));
        else fmt::print("{},{},{},{},{},{:.6f},{:.3f}\n", csv_quoted(answer.image), net, ++rank, index, csv_quoted(label_of(index)), probability, answer.milliseconds);
    }
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
