// `convbook shot LINK --out F.png`: an off-screen picture of any state of the book. Leaves out input: that is `convbook ui`.
#include <cstdio>
#include <memory>

#include "app/headless.h"
#include "cli/command.h"
#include "cli/screen_options.h"

namespace convbook::cli {
namespace {

struct Options {
    std::string link, out;
    ScreenOptions screen;
};

int shot(Options& options) {
    options.screen.apply();
    app::Headless book(options.screen.width, options.screen.height, options.screen.scale);
    understand([&] { book.book().open(options.link); return 0; });
    constexpr double kPatience = 60;  // seconds; a network's maps take a few on a slow machine
    book.settle(kPatience);
    save_png(options.out, book.picture());
    std::printf("%s\n", options.out.c_str());
    return 0;
}

Run set_up(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("link", options->link, "The state: 07, '07?cin=16&k=5', net/mobilenet_v2, compare/mobilenet_v1,mobilenet_v2:alpha=0.5, contents")->required();
    app.add_option("--out", options->out, "The PNG to write")->required();
    options->screen.add_to(app);
    return [options] { return shot(*options); };
}

}  // namespace

REGISTER_COMMAND("shot", "Takes a picture of any state without a display: convbook shot 07 --out page.png", set_up);

}  // namespace convbook::cli
