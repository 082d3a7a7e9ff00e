// The figure of chapter 07: "What is left of the standard layer?" and, as its second view, "Which kernels can two steps make?".
// Leaves out the drawing of the views, which have a file each.
#include <fmt/format.h>

#include "figure_views.h"
#include "kit/registry.h"
#include "kit/widgets.h"

namespace convbook::ch07 {
namespace {

class SeparableFigure final : public kit::Figure {
public:
    Text question() const override {
        if (shows_rank()) return {"Which kernels can two steps make?", "两步能造出怎样的卷积核？"};
        return {"What is left of the standard layer?", "标准卷积的计算量还剩多少？"};
    }

    Text hint() const override {
        if (shows_rank()) return {"drag r · click a set of kernels", "拖动 r · 点选一组卷积核"};
        return {"hover a brick or a wire · drag K and N", "指向砖块或连线 · 拖动 K 与 N"};
    }

    void update(const Settings& settings) override { result_ = compute(read_params(members(), settings)); }

    void draw(kit::FigureFrame& frame) override {
        if (shows_rank()) draw_rank(frame, result_);
        else draw_cost(frame, result_, hover_);
    }

    float least_height(float width) const override { return shows_rank() ? 0 : least_cost_height(width); }

    kit::Playback playback() const override {
        kit::Playback playback;
        if (shows_rank()) return playback;
        playback.key = "step";
        playback.steps = 2;
        playback.step = result_.params.step - 1;
        playback.query = [](int step) { return fmt::format("step={}", step + 1); };
        return playback;
    }

    bool shows_slider(const std::string& key) const override {
        if (key == "r") return shows_rank();
        return !shows_rank() || key == "cout" || key == "k";
    }

    kit::CodeOnShow code() const override {
        const Costs& costs = result_.costs;
        const auto remark = [](std::int64_t count) {
            return Text{fmt::format("this line runs {} times", format_count(count)), fmt::format("这一行执行 {} 次", format_count(count))};
        };
        if (result_.params.step == 1 && !shows_rank())
            return {"lib/src/kernels/reference/depthwise_conv2d.cpp", "depthwise_conv2d", "sum +=", remark(costs.depthwise_macs)};
        if (shows_rank())
            return {"chapters/07_depthwise_separable/lesson.cpp", "equivalent_kernel", "w(o, c, i, j) =",
                    {"every filter sees a channel through the same kernel", "所有滤波器都透过同一个卷积核看一个通道"}};
        return {"lib/src/kernels/reference/pointwise_conv2d.cpp", "pointwise_conv2d", "sum +=", remark(costs.pointwise_macs)};
    }

    kit::DataTable data() const override {
        const Costs& c = result_.costs;
        kit::DataTable table{{"layer", "parameters", "multiply-adds a position", "multiply-adds"}, {}};
        const auto row = [&](const char* name, std::int64_t params, std::int64_t position, std::int64_t macs) {
            table.rows.push_back({name, std::to_string(params), std::to_string(position), std::to_string(macs)});
        };
        row("standard", c.standard_params, c.standard_per_position(), c.standard_macs);
        row("depthwise", c.depthwise_params, c.depthwise_per_position(), c.depthwise_macs);
        row("pointwise", c.pointwise_params, c.pointwise_per_position(), c.pointwise_macs);
        row("separable", c.separable_params, c.separable_per_position(), c.separable_macs);
        return table;
    }

    Text describe() const override {
        const Params& p = result_.params;
        const Costs& c = result_.costs;
        if (shows_rank())
            return {fmt::format("{} kernels of {} by {} rebuilt from {} separable layers: relative error {:.3f}.", p.cout, p.k, p.k, p.r, result_.rebuilt.error),
                    fmt::format("{} 个 {}×{} 卷积核，用 {} 个可分离层还原，相对误差 {:.3f}。", p.cout, p.k, p.k, p.r, result_.rebuilt.error)};
        return {fmt::format("A {0} by {0} layer from {1} to {2} channels costs {3} multiply-adds a position; depthwise then pointwise {4} + {5} = {6}, which is {7:.4f} of it.",
                            p.k, p.cin, p.cout, c.standard_per_position(), c.depthwise_per_position(), c.pointwise_per_position(), c.separable_per_position(), c.ratio()),
                fmt::format("{0}×{0} 卷积从 {1} 到 {2} 个通道，每个位置 {3} 次乘加；先深度再逐点为 {4} + {5} = {6} 次，占 {7:.4f}。", p.k, p.cin, p.cout,
                            c.standard_per_position(), c.depthwise_per_position(), c.pointwise_per_position(), c.separable_per_position(), c.ratio())};
    }

    void draw_sign(const kit::Area& area) const override {
        using namespace kit;
        const float cell = area.w / 10;
        fill({area.x, area.y, area.w, cell}, colour(Ink::weights));
        fill({area.x, area.y + 2 * cell, 2 * cell, area.h - 2 * cell}, with_alpha(colour(Ink::weights), 0.8f));
        dashed_frame({area.x, area.y + 2 * cell, area.w, area.h - 2 * cell}, colour(Ink::rule));
    }

private:
    bool shows_rank() const { return result_.params.view == "rank"; }
    Result result_;
    Hover hover_;
};

}  // namespace

REGISTER_CHAPTER(SeparableFigure);

}  // namespace convbook::ch07
