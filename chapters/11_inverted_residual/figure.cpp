// The figure of chapter 11: "Which tensors must outlive the block?" and, as its second view, the widths of the whole network.
// Leaves out the drawing of the views, which have a file each.
#include <fmt/format.h>

#include "figure_views.h"
#include "kit/registry.h"

namespace convbook::ch11 {
namespace {

class InvertedResidualFigure final : public kit::Figure {
public:
    Text question() const override {
        if (shows_alpha()) return {"Why do the widths climb in steps?", "宽度为什么沿着阶梯上升？"};
        return {"Which tensors must outlive the block?", "哪些张量必须走出模块？"};
    }

    Text hint() const override {
        if (shows_alpha()) return {"drag α · choose the channels", "拖动 α · 选择通道数"};
        return {"drag a bar · click the shortcut", "拖动竖条 · 点击捷径"};
    }

    void update(const Settings& settings) override { result_ = compute(read_params(members(), settings)); }

    void draw(kit::FigureFrame& frame) override {
        if (shows_alpha()) draw_alpha(frame, result_);
        else draw_blocks(frame, result_);
    }

    float least_height(float width) const override { return shows_alpha() ? 0 : least_blocks_height(result_, width); }

    kit::Playback playback() const override {
        kit::Playback playback;
        if (shows_alpha()) return playback;
        playback.steps = 3;
        playback.step = result_.params.step - 1;
        playback.query = [](int step) { return fmt::format("step={}", step + 1); };
        return playback;
    }

    bool shows_slider(const std::string& key) const override {
        if (key == "cin") return true;
        return (key == "alpha") == shows_alpha();
    }

    kit::CodeOnShow code() const override {
        if (shows_alpha()) return {"lib/src/nets/blocks.cpp", "make_divisible", "0.9", {"this line is the 10 % rule", "这一行就是一成规则"}};
        const char* const words[] = {"expand", "depthwise", "project"};
        const bool has = result_.inverted.has_shortcut;
        return {"chapters/11_inverted_residual/lesson_block.cpp", "run_whole", words[result_.params.step - 1],
                has ? Text{"the last line adds the input", "最后一行加上输入"} : Text{"the last line finds no shortcut", "最后一行判断出没有捷径"}};
    }

    kit::DataTable data() const override {
        kit::DataTable table{{"block", "alive during", "input bytes", "inner bytes", "inner 2 bytes", "output bytes", "total bytes"}, {}};
        const auto rows = [&table](const char* name, const Block& block) {
            for (const Alive& a : block.alive)
                table.rows.push_back({name, a.step, std::to_string(a.input), std::to_string(a.inner), std::to_string(a.inner2), std::to_string(a.output), std::to_string(a.total())});
        };
        rows("residual", result_.residual);
        rows("inverted", result_.inverted);
        return table;
    }

    Text describe() const override {
        const Params& p = result_.params;
        const Block& b = result_.inverted;
        const double whole = static_cast<double>(b.peak()) / 1e6, rows = static_cast<double>(b.peak_by_rows()) / 1e6;
        return {fmt::format("An inverted residual block from {} to {} channels, expanded to {}, stride {}, {}: {} multiply-adds; {:.2f} MB stored whole, {:.2f} MB row by row.",
                            p.cin, p.cout, p.wide(), p.s, b.has_shortcut ? "with shortcut" : "without shortcut", format_count(b.macs), whole, rows),
                fmt::format("倒残差模块：{} 到 {} 个通道，扩张到 {} 个，步幅 {}，{}；{} 次乘加；完整保存需 {:.2f} MB，逐行执行需 {:.2f} MB。", p.cin, p.cout, p.wide(), p.s,
                            b.has_shortcut ? "有捷径" : "无捷径", format_count(b.macs), whole, rows)};
    }

    void draw_sign(const kit::Area& area) const override {
        using namespace kit;
        const float bar = area.w * 0.09f, mid = area.center().y;
        const auto upright = [&](float x, float height, Ink ink) { fill({area.x + area.w * x, mid - area.h * height / 2, bar, area.h * height}, colour(ink)); };
        quad({area.x + area.w * 0.1f, mid - area.h * 0.1f}, {area.x + area.w * 0.38f, mid - area.h * 0.4f}, {area.x + area.w * 0.38f, mid + area.h * 0.4f},
             {area.x + area.w * 0.1f, mid + area.h * 0.1f}, colour(Ink::weights_tint));
        quad({area.x + area.w * 0.6f, mid - area.h * 0.4f}, {area.x + area.w * 0.9f, mid - area.h * 0.1f}, {area.x + area.w * 0.9f, mid + area.h * 0.1f},
             {area.x + area.w * 0.6f, mid + area.h * 0.4f}, colour(Ink::weights_tint));
        upright(0.02f, 0.24f, Ink::input);
        upright(0.36f, 0.84f, Ink::inner);
        upright(0.55f, 0.84f, Ink::inner);
        upright(0.89f, 0.24f, Ink::output);
    }

private:
    bool shows_alpha() const { return result_.params.view == "alpha"; }
    Result result_;
};

}  // namespace

REGISTER_CHAPTER(InvertedResidualFigure);

}  // namespace convbook::ch11
