// The whole app without a window: pages, links, commands, progress. The window, pictures (`convbook shot`), scripts (`convbook ui`) and tests all
// drive this class. Leaves out the window and its events (window.cpp).
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "convbook/image.h"
#include "cover.h"
#include "kit/exercise_view.h"
#include "kit/figure_host.h"
#include "kit/link.h"
#include "kit/page.h"
#include "kit/progress.h"
#include "layout.h"
#include "network_page.h"
#include "overlay.h"

namespace convbook::app {

/// One open chapter; kept when the reader turns to another.
struct ChapterView {
    ChapterView(const kit::Chapter& chapter, kit::ChapterProgress& progress);
    kit::FigureHost host;
    kit::Page page;
    kit::ExerciseView exercises;
    std::optional<Language> shown;   ///< language of the page's text
    float figure_scroll = 0;         ///< where the window is too low for the figure
    bool is_scroll_restored = false;
};

class Book {
public:
    /// `progress` empty: nothing is read or kept. Language, theme and text scale of the progress go to kit::ui().
    explicit Book(const std::filesystem::path& progress = {});
    ~Book();
    /// "07?cin=16", "net/mobilenet_v2", "compare/mobilenet_v1,mobilenet_v2", "contents". Throws convbook::Error naming what is wrong and what exists; the page stays.
    void open(const std::string& link);
    std::string link() const;                          ///< of the current state
    std::string title() const;                         ///< for the window
    /// Between NewFrame and Render; device pixels.
    void frame(float width, float height);
    /// After the frame was rendered and before it is shown: pictures that were asked for are taken from it.
    void after_frame(const std::function<Image()>& read_pixels);
    /// Something moves or is about to: the next frame is wanted without input.
    bool wants_frames() const;
    void drop_file(const std::string& path);
    void run(Command command);
    void save();
    // What scripts and tests look at
    kit::FigureHost* figure();                         ///< null unless a chapter is open
    kit::ExerciseView* exercises();
    NetworkPage* network();                            ///< a network's page or the comparison; else null
    const Value* value(std::string_view name);
    const Settings& settings() const;
    void set_settings(const std::string& query);
    std::string describe();                            ///< the state as one sentence
    const std::string& message() const { return overlay_.message(); }
    void say(const std::string& message) { overlay_.say(message); }
    const kit::Progress& progress() const { return progress_; }
    const Overlay& overlay() const { return overlay_; }
    const Columns& columns() const { return columns_; }
    bool take_full_screen() { return std::exchange(wants_full_screen_, false); }
    /// Where exports go; empty: the reader's pictures folder.
    std::filesystem::path export_folder;

private:
    kit::ProgressFile file_;
    kit::Progress progress_;
    kit::Link current_;
    std::map<std::string, std::unique_ptr<ChapterView>> chapters_;
    std::map<std::string, std::unique_ptr<NetworkPage>> networks_;  ///< the comparison under "compare"
    Cover cover_;
    Overlay overlay_;
    Columns columns_;
    bool wants_export_ = false, wants_full_screen_ = false;
    double saved_at_ = 0, moved_at_ = 0;
    // Pages
    ChapterView& view();
    const ChapterView& view() const { return const_cast<Book*>(this)->view(); }
    NetworkPage& network_of(const kit::Link& link);
    NetworkPage* open_page() const;
    void open_chapter(const kit::Link& link);
    void open_network(const kit::Link& link);
    void turn_chapter(int step);
    void try_open(const std::string& link);
    void go_to(const Found& found);
    void act(const ContentsAction& action);
    void set_text_scale(float scale);
    void forget_answers();
    void remember_place();
    // Drawing
    void draw_page();
    void draw_contents_column();
    void draw_chapter();
    void draw_text(ChapterView& chapter);
    void draw_figure(ChapterView& chapter);
    void draw_splitters();
    void handle_requests(ChapterView& chapter);
    void handle_keys();
    kit::PageContext context_of(ChapterView& chapter);
    ContentsState contents_state() const;
};

}  // namespace convbook::app
