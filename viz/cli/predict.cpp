// `convbook predict IMAGE... --net NET`: what a network, or all of them, see in photos. One bad photo does not stop the others; Ctrl-C ends after the photo at hand.
// Leaves out the way from a file to a named class (lib: image.h, weights.h, engine.h) and how answers look (predict_output.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "cli/network_options.h"
#include "cli/predict_output.h"

namespace convbook::cli {
namespace {

struct Options {
    std::vector<std::string> images;
    std::string net, weights, labels, broken;
    double scale = 1;
    CLI::Option* scale_option = nullptr;
    int top = 5, threads = 1;
    bool json = false, csv = false;
    bool takes_all() const { return net == "all"; }
};

// ---- Finding the weights -----------------------------------------------------------------------------------------------------

std::string where_weights_come_from(const std::string& net) {
    const auto folder = data_folder();
    const char* said = std::getenv("CONVBOOK_DATA");
    const std::string set_it = "set CONVBOOK_DATA to a folder with a subfolder \"weights\".";
    const std::string looked = folder.empty() ? (said && *said ? message("CONVBOOK_DATA is \"", said, "\", which is not a folder that can be read: ", set_it) : "No data folder was found: " + set_it)
                                              : "Looked in " + (folder / "weights").string() + " for a safetensors file whose metadata says \"architecture\": \"" + net + "\", and for " + net + ".pth.";
    return message("There are no trained weights for ", net, ". ", looked, " Or give a safetensors or .pth file with torchvision's tensor names: --weights FILE. PyTorch saves such a file with "
                   "torch.save(torchvision.models.", net, "(weights=\"DEFAULT\").state_dict(), \"", net, ".pth\").");
}

/// The factor on the channels that was asked for, by option or by a name like shufflenet_v2_x0_5.
std::optional<double> wanted_scale(const Options& options) {
    const NetName named = parse_net_name(options.net, options.scale);
    const bool is_asked_for = options.scale_option->count() > 0 || named.name != options.net;
    return is_asked_for ? std::optional(named.scale) : std::nullopt;
}

/// The files to predict with: all that are there for --net all, else one.
std::vector<std::filesystem::path> find_files(const Options& options) {
    if (options.takes_all()) {
        std::vector<std::filesystem::path> files;
        for (const FoundWeights& found : list_weights()) files.push_back(found.path);
        if (files.empty()) throw Error(where_weights_come_from("mobilenet_v2"));
        return files;
    }
    if (!options.weights.empty()) return {options.weights};
    const auto found = find_weights(parse_net_name(options.net).name, wanted_scale(options));
    if (!found) throw Error(where_weights_come_from(options.net));
    return {*found};
}

Model load(const Options& options, const std::filesystem::path& file) {
    if (!options.takes_all()) return load_model(file, parse_net_name(options.net).name, wanted_scale(options));
    const auto all = list_weights();
    const auto own = std::ranges::find(all, file, &FoundWeights::path);
    return load_model(file, own->net.name, own->net.scale);
}

/// Reads what --labels names, and says in one sentence why classes will have no names.
void find_labels(const Options& options, Model& model) {
    if (!options.labels.empty()) model.labels = load_labels(options.labels);
    const auto classes = static_cast<std::size_t>(model.conventions.options.classes);
    const std::string& wanted = options.labels.empty() ? model.conventions.labels : options.labels;
    if (model.labels.size() >= classes) return;
    if (!model.labels.empty()) fmt::print(stderr, "convbook: {} has {} lines for {} classes; those beyond are shown by number.\n", wanted, model.labels.size(), classes);
    else if (wanted.empty()) fmt::print(stderr, "convbook: The weights name no labels for their {} classes, which are shown by number; --labels FILE gives them names, one a line.\n", classes);
    else fmt::print(stderr, "convbook: The labels {} are neither in CONVBOOK_DATA/labels nor beside the weights, so classes are shown by number; --labels FILE says where they are.\n", wanted);
}

// ---- Predicting --------------------------------------------------------------------------------------------------------------

void require_finite(const std::vector<Prediction>& top, const std::string& image, const char* way_out) {
    CONVBOOK_REQUIRE(!top.empty() && std::isfinite(top.front().probability), "predict: ", image, ": the network's numbers grew beyond float32, so there is no prediction. ", way_out);
}

/// By a plan of the model, the fast way.
Answer predict(const Model& model, Plan& plan, const std::string& image, int top) {
    const Tensor input = preprocess(load_image(image), preprocess_of(model.conventions)).input;
    const auto begin = std::chrono::steady_clock::now();
    const Tensor logits = plan.run(input);
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
    Answer answer{image, {}, top_predictions(logits, top), taken.count()};
    require_finite(answer.top, image, "Are these its weights, and was it trained with this preprocessing?");
    return answer;
}

/// Both ways of one photo, node by node, and where they part.
Answer compare(const Model& model, const std::string& image, const Mistakes& mistakes, int top) {
    const Image photo = load_image(image);
    const Trial right = try_photo(model, photo, {}, top), broken = try_photo(model, photo, mistakes, top);
    require_finite(right.top, image, "Are these its weights, and was it trained with this preprocessing?");
    require_finite(broken.top, image, "The broken steps alone did that: break fewer of them.");
    return {image, {}, right.top, right.run.total_ms(),
            BrokenAnswer{broken.top, relative_difference(right.steps.input, broken.steps.input), layer_differences(model.graph, right.run, broken.run)}};
}

volatile std::sig_atomic_t is_interrupted = 0;

/// From now on the first Ctrl-C only asks to stop; the second ends the program.
void stop_politely() {
    struct sigaction action {};
    action.sa_handler = [](int) { is_interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
}

/// Throws UsageError for words that do not go together.
void check_words(const Options& options) {
    if (options.takes_all() && !options.weights.empty()) throw UsageError("--net all takes every file in CONVBOOK_DATA/weights. Name the network of --weights, or leave --weights out.");
    if (options.takes_all() && options.scale_option->count() > 0) throw UsageError("--net all takes every width there is. Leave out --scale.");
    if (options.takes_all()) return;
    const NetInfo& info = require_net(options.net);
    if (options.scale_option->count() > 0 && info.scale_name.empty()) throw UsageError(message(info.name, ": it has no factor on its channels. Leave out --scale."));
}

/// Predictions of all photos with one network after another, as far as nobody interrupts.
class Predictor {
public:
    Predictor(const Options& options, const Mistakes& mistakes, std::size_t files)
        : options_(options), mistakes_(mistakes), printer_(options.json ? AnswerFormat::json : options.csv ? AnswerFormat::csv : AnswerFormat::text, mistakes), total_(files * options.images.size()),
          progress_(total_) {}

    void run_file(const std::filesystem::path& file) {
        if (is_interrupted) return;
        Model model = load(options_, file);
        find_labels(options_, model);
        printer_.begin();
        Plan plan(model.graph, model.weights, {.threads = options_.threads});
        for (const std::string& image : options_.images) {
            if (is_interrupted) return;
            progress_.begin(++done_, image);
            attempt([&] {
                Answer answer = mistakes_.are_none() ? predict(model, plan, image, options_.top) : compare(model, image, mistakes_, options_.top);
                answer.weights = file.filename().string();
                progress_.clear();
                printer_.print(model, answer);
            });
        }
    }
    /// One that fails is told and does not stop the others.
    template <class Work>
    void attempt(Work work) {
        try {
            work();
        } catch (const Error& error) {
            has_failed_ = true;
            progress_.clear();
            fmt::print(stderr, "convbook: {}\n", error.what());
        }
    }
    int finish() {
        printer_.finish();
        if (is_interrupted && done_ < total_) throw Error(message("Stopped after ", done_, " of ", total_, " photos."));
        return has_failed_ ? 1 : 0;
    }

private:
    const Options& options_;
    Mistakes mistakes_;
    AnswerPrinter printer_;
    std::size_t total_, done_ = 0;
    PhotoProgress progress_;
    bool has_failed_ = false;
};

int run_predictions(const Options& options) {
    check_words(options);
    const Mistakes mistakes = understand([&] { return Mistakes::parse(options.broken); });
    stop_politely();
    const std::vector<std::filesystem::path> files = find_files(options);
    Predictor predictor(options, mistakes, files.size());
    // Of several files one may be damaged; a single one that is leaves nothing to print
    if (files.size() == 1) predictor.run_file(files.front());
    else
        for (const auto& file : files) predictor.attempt([&] { predictor.run_file(file); });
    return predictor.finish();
}

/// "channels (red and blue ...); ...": for the help.
std::string known_mistakes() {
    std::string words;
    for (const MistakeInfo& info : list_mistakes()) words += (words.empty() ? "" : "; ") + info.name + " (" + info.idea.en + ")";
    return words + ". Several with commas between";
}

Run set_up(CLI::App& command) {
    auto options = std::make_shared<Options>();
    command.add_option("IMAGE", options->images, "Photos: JPEG, PNG, BMP or PPM files")->required();
    command.add_option("--net", options->net, "The network, or all: one after another those with weights in CONVBOOK_DATA/weights. Networks: " + known_nets())->required();
    command.add_option("--weights", options->weights,
                       "A safetensors file, or a PyTorch .pth state dict with torchvision's names; without it, the one in CONVBOOK_DATA/weights that names the network in its metadata or is called NET.pth");
    options->scale_option = command.add_option("--scale,--alpha", options->scale, "Factor on the channels of a MobileNet or ShuffleNet, if the file does not say it")->check(number_in(0.01, 16));
    command.add_option("--labels", options->labels, "Names of the classes, one a line; without it, what the weights name, or ImageNet's for 1000 and 1001 classes");
    command.add_option("--top", options->top, "How many classes to show")->check(CLI::Range(1, 1000000));
    command.add_option("--break", options->broken, "Also predict with these steps done wrong, and name the first layer whose maps differ: " + known_mistakes());
    auto* json = command.add_flag("--json", options->json, "For machines: [{\"image\", \"net\", \"top\": [{\"index\", \"label\", \"probability\"}], \"ms\", \"weights\"}]; with --break also \"broken\": {\"steps\", \"top\", \"input_difference\", \"first_layer\", \"layers\": [{\"layer\", \"difference\"}]}");
    command.add_flag("--csv", options->csv, "For spreadsheets: one line a class")->excludes(json);
    return [options] { return run_predictions(*options); };
}

}  // namespace

REGISTER_COMMAND("predict", "Names what photos show, with a trained network", set_up);

}  // namespace convbook::cli
