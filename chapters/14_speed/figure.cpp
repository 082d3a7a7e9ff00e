// The figure of chapter 14: "What does a layer wait for?" Four views, chosen by words above the picture, with a button below it that measures on this computer.
// Leaves out the drawing of the views, which have a file each.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "figure_views.h"
#include "kit/refusal_text.h"
#include "kit/registry.h"
#include "kit/widgets.h"

namespace convbook::ch14 {
namespace {

using namespace kit;

struct View { const char* name; Text words, question, hint; };
const std::array<View, 4>& views() {
    static const std::array<View, 4> list{{
        {"roofline", {"roofline", "屋顶线"}, {"What does a layer wait for?", "一层在等什么？"}, {"drag the roof · hover a dot", "拖动屋顶 · 指向圆点"}},
        {"ladder", {"ladder", "阶梯"}, {"How much is one idea worth?", "一个想法值多少？"}, {"guess, then measure · click a rung", "先猜再测 · 点击一级"}},
        {"passes", {"passes", "优化步骤"}, {"What is each pass worth to a whole network?", "每个优化步骤对整个网络值多少？"}, {"guess, then measure · click a rung", "先猜再测 · 点击一级"}},
        {"network", {"four networks", "四个网络"}, {"Does time follow multiply-adds or depth?", "时间随乘加，还是随深度？"}, {"move the number of multipliers", "改变乘法器的个数"}},
    }};
    return list;
}

Text measuring_words(const Params& p, const Measuring& measuring) {
    if (measuring.is_running()) return {fmt::format("Measuring, {:.0f}\u2009%", 100 * measuring.share()), fmt::format("正在测量，{:.0f}\u2009%", 100 * measuring.share())};
    if (const std::string trouble = measuring.trouble(); !trouble.empty()) return refusal_text(trouble);
    if (measuring.has(p)) return {fmt::format("Measured on this computer, {}.", active_backend_name()), fmt::format("在这台电脑上测得，{}。", active_backend_name())};
    return {"Not measured on this computer yet.", "尚未在这台电脑上测量。"};
}

class SpeedFigure final : public Figure {
public:
    Text question() const override { return view().question; }
    Text hint() const override { return view().hint; }

    void update(const Settings& settings) override {
        params_ = read_params(members(), settings);
        rungs_ = ladder_of(params_);
    }

    void draw(FigureFrame& frame) override {
        measuring_.poll();
        Area room = frame.area;
        draw_tabs(frame, room.cut_top(px(34)));
        draw_measuring(room.cut_bottom(px(kMeasuringHeight)));
        if (params_.view == "roofline") draw_roofline(frame, room, params_, measuring_, held_);
        else if (params_.view == "network") draw_network(room, params_, measuring_);
        else draw_ladder(frame, room, params_, rungs_, measuring_);
    }

    float least_height(float width) const override {
        const float inside = params_.view == "roofline" ? least_roofline_height(width) : params_.view == "network" ? least_network_height(width) : least_ladder_height(rungs_, width);
        return inside + px(34 + kMeasuringHeight);
    }

    Playback playback() const override {
        Playback playback;
        if (!shows_rungs()) return playback;
        playback.steps = static_cast<int>(rungs_.size());
        playback.step = rung_index();
        playback.query = [](int step) { return fmt::format("rung={}", step + 1); };
        return playback;
    }

    bool is_busy() const override { return measuring_.is_running(); }

    bool shows_slider(const std::string& key) const override {
        if (key == "net") return params_.view == "roofline" || params_.view == "passes";
        if (key == "layer") return params_.view == "ladder";
        if (key == "guess") return shows_rungs();
        if (key == "units") return params_.view == "network";
        return !shows_rungs();
    }

    CodeOnShow code() const override {
        if (params_.view == "roofline") return {"chapters/14_speed/lesson_roofline.cpp", "Machine::least_ms", "std::max", {"the larger of the two is the bound", "两者中较大的就是界限"}};
        if (params_.view == "network") return {"chapters/14_speed/lesson_roofline.cpp", "Network::cycles", "std::max", {"a level takes one cycle at least", "一级至少要一个周期"}};
        return rung_code(rungs_[static_cast<std::size_t>(rung_index())]);
    }

    DataTable data() const override;
    Text describe() const override;

    void draw_sign(const Area& area) const override {
        const ImVec2 foot{area.x, area.bottom() - area.h * 0.1f}, edge{area.x + area.w * 0.45f, area.y + area.h * 0.2f}, end{area.right(), edge.y};
        line(foot, edge, colour(Ink::input), 2);
        line(edge, end, colour(Ink::weights), 2);
        disc({area.x + area.w * 0.22f, area.y + area.h * 0.62f}, area.w * 0.06f, colour(Ink::output));
        disc({area.x + area.w * 0.7f, area.y + area.h * 0.38f}, area.w * 0.06f, colour(Ink::output));
    }

private:
    static constexpr float kMeasuringHeight = 44;

    const View& view() const { return *std::ranges::find(views(), params_.view, &View::name); }
    bool shows_rungs() const { return params_.view == "ladder" || params_.view == "passes"; }
    /// The chosen rung, or the highest where this ladder is shorter.
    int rung_index() const { return std::min(params_.rung, static_cast<int>(rungs_.size())) - 1; }

    void draw_tabs(FigureFrame& frame, const Area& row) {
        float x = row.x;
        for (const View& each : views()) {
            if (words_link(fmt::format("view/{}", each.name).c_str(), {x, row.y + px(2)}, Type::label, tr(each.words), params_.view == each.name)) frame.set("view", each.name);
            x += text_width(Type::label, tr(each.words)) + px(18);
        }
    }

    void draw_measuring(const Area& row) {
        const bool is_running = measuring_.is_running();
        const std::string action = tr(is_running ? Text{"Cancel", "取消"} : measuring_.has(params_) ? Text{"Again", "重测"} : Text{"Measure on this computer", "在这台电脑上测量"});
        if (button("measure", {row.x, row.y + px(8)}, action, is_running ? ButtonLook::plain : ButtonLook::primary)) {
            if (is_running) measuring_.cancel();
            else measuring_.start(params_);
        }
        const float x = row.x + button_width(action) + px(14);
        const std::string words = tr(measuring_words(params_, measuring_));
        if (x + text_width(Type::label, words) <= row.right()) text({x, row.y + px(24)}, Type::label, colour(Ink::ink2), words, AlignX::left, AlignY::middle);
    }

    Params params_;
    std::vector<Rung> rungs_;
    Measuring measuring_;
    std::string held_;
};

DataTable SpeedFigure::data() const {
    const Machine m = assumed_machine(params_);
    if (params_.view == "roofline") {
        DataTable table{{"layer", "kind", "multiply-adds", "bytes", "operations per byte", "least ms", "measured ms"}, {}};
        const LayerTimes* times = measuring_.layers(params_.net);
        const Network& net = network(params_.net);
        for (std::size_t i = 0; i < net.layers.size(); ++i) {
            const Layer& layer = net.layers[i];
            table.rows.push_back({layer.name, layer.kind, std::to_string(layer.macs), std::to_string(layer.bytes), fmt::format("{:.4f}", layer.intensity()), fmt::format("{:.5f}", layer.least_ms(m)),
                                  times ? fmt::format("{:.5f}", times->ms[i]) : ""});
        }
        return table;
    }
    if (params_.view == "network") {
        DataTable table{{"network", "multiply-adds", "layers", "depth", "cycles", "least ms", "measured ms"}, {}};
        for (std::size_t i = 0; i < networks().size(); ++i) {
            const Network& net = networks()[i];
            table.rows.push_back({net.name, std::to_string(net.macs), std::to_string(net.layers.size()), std::to_string(net.depth), std::to_string(net.cycles(params_.units)),
                                  fmt::format("{:.5f}", net.least_ms(m)), measuring_.networks() ? fmt::format("{:.5f}", (*measuring_.networks())[i]) : ""});
        }
        return table;
    }
    DataTable table{{"rung", "idea", "ms", "GFLOP/s", "share of the bound"}, {}};
    const std::vector<RungTime>* times = measuring_.rungs(params_);
    for (std::size_t i = 0; i < rungs_.size(); ++i) {
        table.rows.push_back({rungs_[i].name, rungs_[i].idea.en, "", "", ""});
        if (times && i < times->size()) table.rows.back() = {rungs_[i].name, rungs_[i].idea.en, fmt::format("{:.5f}", (*times)[i].ms), fmt::format("{:.2f}", (*times)[i].gflops), fmt::format("{:.4f}", (*times)[i].share)};
    }
    return table;
}

Text SpeedFigure::describe() const {
    const Machine m = assumed_machine(params_);
    if (shows_rungs()) {
        const Rung& rung = rungs_[static_cast<std::size_t>(rung_index())];
        return {fmt::format("A ladder of {} rungs; the chosen one is \"{}\": {}.", rungs_.size(), rung.title.en, rung.idea.en), fmt::format("共 {} 级的阶梯；选中的是“{}”：{}。", rungs_.size(), rung.title.zh, rung.idea.zh)};
    }
    if (params_.view == "network") {
        std::string en, zh;
        for (const Network& net : networks()) {
            en += fmt::format("{}{} {}", en.empty() ? "" : ", ", net.title, format_count(net.cycles(params_.units)));
            zh += fmt::format("{}{} {}", zh.empty() ? "" : "，", net.title, format_count(net.cycles(params_.units)));
        }
        return {fmt::format("Cycles of an ideal machine with {} multipliers: {}.", format_count(params_.units), en), fmt::format("有 {} 个乘法器的理想机器所需的周期：{}。", format_count(params_.units), zh)};
    }
    const Network& net = network(params_.net);
    return {fmt::format("{} under the roof of {} GFLOP/s and {} GB/s: {} of {} layers wait for memory; at least {:.2f} ms.", net.title, params_.peak, params_.bandwidth, net.memory_bound_layers(m), net.layers.size(), net.least_ms(m)),
            fmt::format("{} 在 {} GFLOP/s、{} GB/s 的屋顶下：{} 层中有 {} 层在等内存，至少需要 {:.2f} ms。", net.title, params_.peak, params_.bandwidth, net.layers.size(), net.memory_bound_layers(m), net.least_ms(m))};
}

}  // namespace

REGISTER_CHAPTER(SpeedFigure);

}  // namespace convbook::ch14
