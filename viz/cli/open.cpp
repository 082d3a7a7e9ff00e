// `convbook open [LINK]`: the book in a window.
#include <memory>

#include "app/window.h"
#include "cli/command.h"
#include "kit/link.h"

namespace convbook::cli {
namespace {

Run set_up(CLI::App& options) {
    auto window = std::make_shared<app::WindowOptions>();
    options.add_option("link", window->link, "Page and state: 07?cin=16, net/mobilenet_v2?alpha=0.5, compare/mobilenet_v1,mobilenet_v2:alpha=0.5, contents");
    options.add_flag("--verbose", window->is_verbose, "Print the time to the first frame");
    options.add_option("--frames", window->frames, "Close after so many frames (0: never)")->check(CLI::NonNegativeNumber);
    return [window] {
        if (!window->link.empty()) understand([&] { return kit::parse_link(window->link); });
        app::run_window(*window);
        return 0;
    };
}

}  // namespace

REGISTER_COMMAND("open", "Opens the book in a window: convbook open 07?cin=16", set_up);

}  // namespace convbook::cli
