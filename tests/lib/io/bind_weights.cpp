// A file that does not fit its network says everything that does not, and what to do; its conventions are believed only when they make sense.
#include <cmath>

#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
const auto as_it_is = [](std::string&, std::vector<int>&) {};

std::string refusal(const Graph& graph, const Bytes& file) {
    return error_of([&] { bind_weights(graph, SafetensorsFile::parse(file, "test.safetensors")); });
}
const Graph& small_net() {
    static const Graph graph = mobilenet_v2(0.35, {.classes = 10, .resolution = 32});
    return graph;
}
ModelConventions conventions_of(const std::string& metadata) {
    return read_conventions(SafetensorsFile::parse(safetensors("{\"__metadata__\":" + metadata + "}"), "test.safetensors"));
}

}  // namespace

TEST_CASE("bind_weights: a file with exactly the network's tensors fits, in the graph's order") {
    const Weights weights = bind_weights(small_net(), SafetensorsFile::parse(safetensors_of(small_net(), as_it_is), "test"));
    REQUIRE(weights.size() == small_net().parameters().size());
    for (std::size_t i = 0; i < weights.size(); ++i) CHECK(weights.at(static_cast<int>(i)).shape() == small_net().parameter(static_cast<int>(i)).shape);
}

TEST_CASE("bind_weights: num_batches_tracked, which PyTorch saves with every batch norm, is no surprise") {
    Bytes file = safetensors(R"({"features.0.1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})", Bytes(8));
    const std::string text = refusal(small_net(), file);
    CHECK(says(text, "missing"));
    CHECK_FALSE(says(text, "unexpected"));
}

TEST_CASE("bind_weights: missing, unexpected and misshaped tensors are counted and named together") {
    const std::string text = refusal(small_net(), safetensors_of(small_net(), [](std::string& name, std::vector<int>& dims) {
        if (name == "features.3.conv.2.weight") name = "features.3.conv.9.weight";
        if (name == "features.5.conv.2.weight") dims[2] = 3;
        if (name == "features.6.conv.3.bias") name = "";
    }));
    CHECK(says(text, "2 missing: features.3.conv.2.weight, features.6.conv.3.bias"));
    CHECK(says(text, "1 unexpected: features.3.conv.9.weight"));
    CHECK(says(text, "1 misshaped (file against network): features.5.conv.2.weight [16,"));
}

TEST_CASE("bind_weights: another number of classes is recognised as such") {
    const std::string text = refusal(mobilenet_v2(), safetensors_of(mobilenet_v2(1, {.classes = 5}), as_it_is));
    CHECK(says(text, "classifier.1.weight [5,1280] against [1000,1280]"));
    CHECK(says(text, "5 classes, the network 1000"));
    CHECK(says(text, "--classes"));
}

TEST_CASE("bind_weights: another alpha, folded batch norms and another network are each recognised") {
    CHECK(says(refusal(mobilenet_v2(0.5, {.resolution = 32}), safetensors_of(mobilenet_v2(0.75, {.resolution = 32}), as_it_is)), "--alpha"));
    NetOptions folded{.classes = 10, .resolution = 32};
    folded.conventions.has_batch_norm = false;
    CHECK(says(refusal(small_net(), safetensors_of(mobilenet_v2(0.35, folded), as_it_is)), "are folded"));
    CHECK(says(refusal(mobilenet_v2(0.35, folded), safetensors_of(small_net(), as_it_is)), "keeps its batch norms"));
    CHECK(says(refusal(small_net(), safetensors(R"({"__metadata__":{"architecture":"resnet18"}})")), "resnet18"));
}

TEST_CASE("bind_weights: the tensors of another network are recognised, and that network is named") {
    const std::string text = refusal(resnet18(), safetensors_of(squeezenet1_1({.classes = 7}), as_it_is));
    CHECK(says(text, "Its tensors are those of squeezenet1_1"));
    CHECK(text.size() < 3000);
}

TEST_CASE("bind_weights: NaN and infinity are refused with the names of their tensors") {
    Bytes file = safetensors_of(small_net(), as_it_is);
    const float bad[] = {NAN, -INFINITY};
    std::memcpy(&file[file.size() - 8], bad, 8);
    const std::string text = refusal(small_net(), file);
    CHECK(says(text, "1 with NaN or infinity in them: " + small_net().parameters().back().name));
    CHECK(says(text, "earlier checkpoint"));
}

TEST_CASE("bind_weights: a name out of a file cannot command the reader's terminal") {
    const std::string text = refusal(small_net(), safetensors(R"({"\u001b[2Jx":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})"));
    CHECK(says(text, "1 unexpected: ?[2Jx"));
}

TEST_CASE("bind_weights: a file of hundreds of wrong names stays readable") {
    const std::string text = refusal(small_net(), safetensors("{}"));
    CHECK(says(text, "262 missing"));
    CHECK(says(text, "and 238 more"));
    CHECK(text.size() < 2000);
}

TEST_CASE("conventions: what a file does not say is as torchvision has it") {
    const ModelConventions plain = conventions_of("{}");
    CHECK(plain.net.empty());
    CHECK(plain.mean[0] == doctest::Approx(123.675));
    CHECK(plain.options.conventions.has_batch_norm);
    CHECK_FALSE(plain.options.conventions.pads_as_tensorflow);
    CHECK(plain.resize == 256);
    CHECK(plain.crop == 224);
}

TEST_CASE("conventions: a file says padding, folding, statistics, channel order and crop") {
    const ModelConventions tf = conventions_of(R"({"architecture":"mobilenet_v2","alpha":"0.75","input_size":"160","num_classes":"1001","labels":"imagenet_1001.txt",
        "conventions":"{\"pad_mode\":\"tf_same\",\"mean\":[128,127,126],\"std\":[64,65,66],\"channel_order\":\"BGR\",\"label_offset\":1,\"bn\":\"folded\",\"bn_eps\":0.0,\"resize\":183,\"crop\":160}"})");
    CHECK(tf.net == "mobilenet_v2");
    CHECK(tf.scale == 0.75);
    CHECK(tf.options.classes == 1001);
    CHECK(tf.options.resolution == 160);
    CHECK(tf.options.conventions.pads_as_tensorflow);
    CHECK_FALSE(tf.options.conventions.has_batch_norm);
    CHECK(tf.is_bgr);
    CHECK(preprocess_of(tf).mean[2] == 126);
    CHECK(preprocess_of(tf).std[0] == 64);
    CHECK(preprocess_of(tf).resize == 183);
    CHECK(tf.label_offset == 1);
}

TEST_CASE("conventions: 1001 classes begin with a background, 1000 do not, unless the file says otherwise") {
    const ModelConventions tf = conventions_of(R"({"num_classes":"1001"})"), torchvision = conventions_of(R"({"num_classes":"1000"})");
    CHECK(tf.label_offset == 1);
    CHECK(tf.labels == "imagenet_1001.txt");
    CHECK(torchvision.label_offset == 0);
    CHECK(torchvision.labels == "imagenet_1000.txt");
    CHECK(conventions_of(R"({"num_classes":"1001","conventions":"{\"label_offset\":0}"})").label_offset == 0);
}

TEST_CASE("conventions: values without sense are refused by field name") {
    for (const auto& [metadata, field] : std::vector<std::pair<std::string, std::string>>{
             {R"({"alpha":"wide"})", "alpha"}, {R"({"alpha":"-1"})", "alpha"}, {R"({"alpha":"nan"})", "alpha"}, {R"({"num_classes":"1e30"})", "num_classes"}, {R"({"input_size":"0"})", "input_size"},
             {R"({"labels":"../../passwords"})", "labels"}, {R"({"conventions":"[]"})", "conventions"}, {R"({"conventions":"{"})", "conventions"}, {R"({"conventions":"{\"std\":[0,1,1]}"})", "std"},
             {R"({"conventions":"{\"mean\":[1,2]}"})", "mean"}, {R"({"conventions":"{\"mean\":\"x\"}"})", "mean"}, {R"({"conventions":"{\"pad_mode\":\"odd\"}"})", "pad_mode"},
             {R"({"conventions":"{\"bn\":7}"})", "bn"}, {R"({"conventions":"{\"crop\":1000000000}"})", "crop"}, {R"({"conventions":"{\"label_offset\":2}"})", "label_offset"}}) {
        CAPTURE(metadata);
        CHECK(says(error_of([&, text = metadata] { conventions_of(text); }), field));
    }
}

TEST_CASE("load_model: a file of another network than asked for is refused by both names") {
    const TemporaryFile file("other.safetensors", safetensors_of(small_net(), as_it_is, R"({"architecture":"mobilenet_v2","alpha":"0.35","input_size":"32"})"));
    CHECK(load_model(file.path(), "mobilenet_v2").conventions.options.classes == 10);
    CHECK(says(error_of([&] { load_model(file.path(), "shufflenet_v1"); }), "holds mobilenet_v2, not shufflenet_v1"));
}

TEST_CASE("load_model: a state dict's classes are counted, and what it does not say is asked: network and width") {
    const std::vector<std::pair<std::string, int>> nets{{"squeezenet1_1", 3}, {"shufflenet_v2_x0_5", 5}};
    for (const auto& [net, classes] : nets) {
        CAPTURE(net);
        const TemporaryFile file("unnamed.safetensors", safetensors_of(build_net(net, 1, {.classes = classes}), as_it_is));
        CHECK(load_model(file.path(), net).conventions.options.classes == classes);
    }
    const TemporaryFile narrow("narrow.safetensors", safetensors_of(mobilenet_v2(0.5), as_it_is));
    CHECK(load_model(narrow.path(), "mobilenet_v2", 0.5).conventions.scale == 0.5);
    CHECK(says(error_of([&] { load_model(narrow.path(), "mobilenet_v2"); }), "--alpha"));
}

TEST_CASE("labels: one a line, with either line end; an empty file is explained") {
    const std::string text = "cat\r\ndog, hound\nbird";
    const TemporaryFile file("labels.txt", Bytes(text.begin(), text.end())), empty("empty.txt", {});
    CHECK(load_labels(file.path()) == std::vector<std::string>{"cat", "dog, hound", "bird"});
    CHECK(says(error_of([&] { load_labels(empty.path()); }), "has no line"));
}

TEST_CASE("find_weights: of several files the widest; of equals the one trained nearest to the resolution asked for, then the first by name") {
    const auto folder = std::filesystem::temp_directory_path() / "convbook_test_find_weights";
    std::filesystem::create_directories(folder / "weights");
    const auto write = [&](const std::string& name, const std::string& alpha, const std::string& side) {
        const Bytes file = safetensors(R"({"__metadata__":{"architecture":"mobilenet_v1","alpha":")" + alpha + R"(","input_size":")" + side + R"("}})");
        std::ofstream(folder / "weights" / name, std::ios::binary).write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    };
    write("a.safetensors", "0.25", "128"), write("b.safetensors", "0.25", "224"), write("c.safetensors", "0.5", "160");
    const char* before = std::getenv("CONVBOOK_DATA");
    const std::string said = before ? before : "";
    ::setenv("CONVBOOK_DATA", folder.c_str(), 1);
    const auto at = [](double scale, int resolution) { return find_weights(NetSpec{"mobilenet_v1", scale, {.resolution = resolution}}).value_or("none").filename().string(); };
    const std::vector<std::string> names{find_weights("mobilenet_v1").value_or("none").filename().string(), at(0.5, 224), at(0.25, 224), at(0.25, 192), at(0.25, 96), at(1.0, 224)};
    const std::size_t listed = list_weights().size();
    if (before) ::setenv("CONVBOOK_DATA", said.c_str(), 1);
    else ::unsetenv("CONVBOOK_DATA");
    std::filesystem::remove_all(folder);
    CHECK(names == std::vector<std::string>{"c.safetensors", "c.safetensors", "b.safetensors", "b.safetensors", "a.safetensors", "none"});
    CHECK(listed == 3);
}
