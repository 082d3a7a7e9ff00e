// `convbook predict IMAGE... --net NET`: what a network sees in photos, as text, JSON or CSV. One bad photo does not stop the others.
// Leaves out the way from a file to a named class (lib: image.h, weights.h, engine.h).
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/network_options.h"
#include "convbook/engine.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> images;
    std::string net, weights;
    int top = 5;
    bool json = false, csv = false;
};

/// What the network saw in one photo.
struct Answer {
    std::string image;
    std::vector<Prediction> top;
    double milliseconds = 0;
};

// ---- Finding the weights -----------------------------------------------------------------------------------------------------

std::string where_weights_come_from(const std::string& net) {
    const auto folder = data_folder();
    const char* said = std::getenv("CONVBOOK_DATA");
    const std::string set_it = "set CONVBOOK_DATA to a folder with a subfolder \"weights\".";
    const std::string looked = folder.empty() ? (said && *said ? message("CONVBOOK_DATA is \"", said, "\", which is not a folder that can be read: ", set_it) : "No data folder was found: " + set_it)
                                              : "Looked in " + (folder / "weights").string() + " for a file whose metadata says \"architecture\": \"" + net + "\".";
    return message("There are no trained weights for ", net, ". ", looked, " Or give a safetensors file with torchvision's tensor names: --weights FILE. From PyTorch such a file is saved with "
                   "safetensors.torch.save_file(torchvision.models.", net, "(weights=\"DEFAULT\").state_dict(), \"", net, ".safetensors\").");
}

Model find_model(const Options& options) {
    if (!options.weights.empty()) return load_model(options.weights, options.net);
    const auto found = find_weights(options.net);
    if (!found) throw Error(where_weights_come_from(options.net));
    return load_model(*found, options.net);
}

// ---- Predicting --------------------------------------------------------------------------------------------------------------

Answer predict(const Model& model, const std::string& image, int top) {
    const Tensor input = preprocess(load_image(image), preprocess_of(model.conventions)).input;
    std::vector<double> times;
    const Tensor logits = run(model.graph, model.weights, input, &times);
    Answer answer{image, top_predictions(logits, top)};
    for (const double ms : times) answer.milliseconds += ms;
    return answer;
}

std::string label_of(const Model& model, int index) {
    const auto at = static_cast<std::size_t>(index);
    return at < model.labels.size() ? model.labels[at] : "";
}

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

// ---- Printing ----------------------------------------------------------------------------------------------------------------

Json to_json(const Model& model, const Answer& answer) {
    Json top = Json::array();
    for (const auto& [index, probability] : answer.top)
        top.push_back({{"index", index}, {"label", label_of(model, index)}, {"probability", rounded(probability, 1e6)}});
    return {{"image", answer.image}, {"net", model.graph.name()}, {"top", top}, {"ms", rounded(answer.milliseconds, 1e3)}};
}

std::string csv_quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

void print_csv(const Model& model, const Answer& answer) {
    int rank = 0;
    for (const auto& [index, probability] : answer.top)
        fmt::print("{},{},{},{},{},{:.6f},{:.3f}\n", csv_quoted(answer.image), model.graph.name(), ++rank, index, csv_quoted(label_of(model, index)), probability, answer.milliseconds);
}

void print_text(const Model& model, const Answer& answer) {
    fmt::print("{}  ({}, {:.1f} ms)\n", answer.image, model.graph.name(), answer.milliseconds);
    for (const auto& [index, probability] : answer.top) fmt::print("  {:6.2f} %  {:>4}  {}\n", 100 * probability, index, label_of(model, index));
}

/// Which of several photos is being looked at, on stderr; a terminal shows one line that changes.
void show_progress(std::size_t done, std::size_t all, const std::string& image) {
    if (all < 2) return;
    if (::isatty(STDERR_FILENO)) fmt::print(stderr, "\r\x1b[2K{} of {}  {}{}", done, all, image, done == all ? "\r\x1b[2K" : "");
    else fmt::print(stderr, "{} of {}  {}\n", done, all, image);
    std::fflush(stderr);
}

int run_predictions(const Options& options) {
    require_net(options.net);
    const Model model = find_model(options);
    Json all = Json::array();
    if (options.csv) fmt::print("image,net,rank,index,label,probability,ms\n");
    bool has_failed = false;
    for (std::size_t i = 0; i < options.images.size(); ++i) {
        show_progress(i + 1, options.images.size(), options.images[i]);
        try {
            const Answer answer = predict(model, options.images[i], options.top);
            if (options.json) all.push_back(to_json(model, answer));
            else if (options.csv) print_csv(model, answer);
            else print_text(model, answer);
        } catch (const Error& error) {
            has_failed = true;
            fmt::print(stderr, "convbook: {}\n", error.what());
        }
    }
    if (options.json) fmt::print("{}\n", all.dump(1, ' ', false, Json::error_handler_t::replace));
    return has_failed ? 1 : 0;
}

Run set_up(CLI::App& command) {
    auto options = std::make_shared<Options>();
    command.add_option("IMAGE", options->images, "Photos: JPEG, PNG, BMP or PPM files")->required();
    command.add_option("--net", options->net, "The network: " + known_nets())->required();
    command.add_option("--weights", options->weights, "A safetensors file; without it, the one in CONVBOOK_DATA/weights whose metadata names the network");
    command.add_option("--top", options->top, "How many classes to show")->check(CLI::Range(1, 1000000));
    auto* json = command.add_flag("--json", options->json, "For machines: [{\"image\", \"net\", \"top\": [{\"index\", \"label\", \"probability\"}], \"ms\"}]");
    command.add_flag("--csv", options->csv, "For spreadsheets: one line a class")->excludes(json);
    return [options] { return run_predictions(*options); };
}

}  // namespace

REGISTER_COMMAND("predict", "Names what photos show, with a trained network", set_up);

}  // namespace convbook::cli
