// Options that `shot` and `ui` share: how large the picture is and how it looks. Leaves out what is shown in it.
#pragma once
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <string>

#include "cli/command.h"
#include "kit/theme.h"

namespace convbook::cli {

struct ScreenOptions {
    std::string size = "1600x1000", language = "en", theme = "light";
    float scale = 1, text_scale = 1;
    int width = 0, height = 0;

    void add_to(CLI::App& app) {
        app.add_option("--size", size, "Logical pixels, as 1600x1000");
        app.add_option("--scale", scale, "Device pixels per logical pixel")->check(number_in(0.5, 4.0));
        app.add_option("--text-scale", text_scale, "The reader's text scale")->check(number_in(1.0, 2.0));
        app.add_option("--lang", language, "Language")->check(CLI::IsMember({"en", "zh"}));
        app.add_option("--theme", theme, "Theme")->check(CLI::IsMember({"light", "dark"}));
    }
    /// Reads --size and sets kit::ui(). Throws UsageError for a size that is none.
    void apply() {
        const char *first = size.data(), *last = first + size.size();
        const auto [cross, fault] = std::from_chars(first, last, width);
        const bool has_cross = fault == std::errc{} && cross != last && *cross == 'x';
        const auto [end, second_fault] = has_cross ? std::from_chars(cross + 1, last, height) : std::from_chars_result{first, std::errc::invalid_argument};
        if (second_fault != std::errc{} || end != last || width < 320 || height < 240 || static_cast<float>(std::max(width, height)) * scale > 16384)
            throw UsageError(message("--size: two numbers as in 1600x1000, at least 320x240 and at most 16384 device pixels; got \"", size, "\" at scale ", scale, "."));
        kit::ui().language = language == "zh" ? Language::zh : Language::en;
        kit::ui().is_dark = theme == "dark";
        kit::ui().text_scale = text_scale;
    }
};

}  // namespace convbook::cli
