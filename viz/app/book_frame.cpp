// One frame of the book: columns, the open page, splitters, what floats, and the keys.
#include <algorithm>
#include <cmath>

#include "book.h"
#include "contents_list.h"
#include "kit/compat.h"
#include "kit/interact_state.h"
#include "kit/registry.h"
#include "kit/ui_text.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kLeastFigureHeight = 700; // below that the figure's column scrolls instead of shrinking
constexpr double kSaveEvery = 3;

}  // namespace

ContentsState Book::contents_state() const {
    ContentsState state{&progress_, to_string(current_), ""};
    state.link = current_.page == Link::Page::compare ? "compare" : current_.page == Link::Page::network ? "net/" + current_.name : current_.page == Link::Page::chapter ? current_.name : "contents";
    if (current_.page == Link::Page::chapter) state.title = current_.name + "  " + tr(view().host.chapter().title);
    return state;
}

PageContext Book::context_of(ChapterView& chapter) {
    FigureHost* host = &chapter.host;
    PageContext context;
    context.value = [host](std::string_view name) { return host->value(name); };
    context.is_in_state = [host](const std::string& query) { return host->is_in_state(query); };
    context.set_state = [host](const std::string& query) { host->set_query(query); };
    context.open = [this](const std::string& link) { try_open(link); };
    context.light = [host](const std::string& name) { host->light_from_page(name); };
    context.lit = host->lit_by_figure();
    context.values_version = host->values_version();
    if (const ChapterEntry* entry = find_entry(host->chapter().number)) context.crumb = tr(part_title(entry->part));
    return context;
}

void Book::draw_text(ChapterView& chapter) {
    const Chapter& content = chapter.host.chapter();
    if (chapter.shown != ui().language) {
        // The other language opens at the same share of the text
        chapter.page.set_text(chapter_text(content, ui().language), ui().language);
        chapter.shown = ui().language;
    }
    if (!chapter.is_scroll_restored) {
        chapter.page.set_scroll(progress_.chapters[content.number].scroll * scale());
        chapter.is_scroll_restored = true;
    }
    chapter.page.draw(columns_.text, columns_.text_left, columns_.measure, context_of(chapter), [&](ImVec2 at, float width) { return chapter.exercises.draw({at.x, at.y + px(24)}, width) + px(56); });
}

void Book::draw_figure(ChapterView& chapter) {
    const Area column = columns_.figure;
    const bool is_compact = columns_.breadth != Breadth::wide;
    const float least = std::max({column.h, px(kLeastFigureHeight), chapter.host.least_height(column, is_compact)}), overlap = least - column.h;
    if (overlap <= 0) {
        ImGui::PushClipRect(column.min(), column.max(), true);
        chapter.host.draw(column, is_compact);
        ImGui::PopClipRect();
    } else {
        // The figure keeps its height where the window is low: the column scrolls
        ImGui::SetCursorScreenPos(column.min());
        ImGui::BeginChild("figure", {column.w, column.h}, false, ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar);
        const ImVec2 top = ImGui::GetCursorScreenPos();
        chapter.host.draw({top.x, top.y, column.w, least}, is_compact);
        ImGui::SetCursorScreenPos(top);
        ImGui::Dummy({1, least});
        chapter.figure_scroll = ImGui::GetScrollY();
        ImGui::EndChild();
    }
    if (columns_.breadth == Breadth::narrow) line({column.x, column.bottom()}, {column.right(), column.bottom()}, colour(Ink::hair));
    else line({column.x, column.y}, {column.x, column.bottom()}, colour(Ink::hair));
    if (overlap <= 0) return;
    const float bar = column.h * column.h / least, top = column.y + (column.h - bar) * chapter.figure_scroll / overlap;
    fill({column.right() - px(6), top, px(3), bar}, colour(Ink::rule), 1.5f);
}

void Book::handle_requests(ChapterView& chapter) {
    progress_.is_drawer_open = chapter.host.is_drawer_open;
    progress_.drawer_lines = chapter.host.drawer_lines;
    switch (chapter.host.take_request()) {
        case HostRequest::copy_link: return run(Command::copy_link);
        case HostRequest::export_picture: return run(Command::export_picture);
        case HostRequest::copy_code: {
            std::string code;
            for (const CodeLine& line : chapter.host.code().lines) code += line.text + "\n";
            ImGui::SetClipboardText(code.c_str());
            return overlay_.say(tr(say::code_copied));
        }
        case HostRequest::none: break;
    }
}

void Book::draw_splitters() {
    if (columns_.breadth == Breadth::narrow) return;
    const auto bar = [&](const char* id, float x) {
        const Hit over = hit(id, {x - px(3), 0, px(6), columns_.page.h}, Cursor::horizontal, false);
        if (over.is_held || over.is_hovered) line({x, 0}, {x, columns_.page.h}, colour(over.is_held ? Ink::ink2 : Ink::rule), over.is_held ? 2 : 1);
        return over;
    };
    const Hit contents = bar("splitter/contents", columns_.contents.right());
    if (contents.is_held && contents.drag.x != 0) progress_.contents_width = std::clamp(contents.pointer.x / scale(), 52.0f, 360.0f);
    if (contents.was_double_clicked) progress_.contents_width = 0;
    if (current_.page != Link::Page::chapter) return;
    const Hit text = bar("splitter/text", columns_.figure.x);
    if (text.is_held && text.drag.x != 0) progress_.text_share = std::clamp((text.pointer.x - columns_.page.x) / columns_.page.w, 0.2f, 0.7f);
    if (text.was_double_clicked) progress_.text_share = 0;
}

void Book::draw_chapter() {
    ChapterView& chapter = view();
    draw_text(chapter);
    // Opening another page from the text leaves this one for the next frame
    if (current_.page != Link::Page::chapter || &view() != &chapter) return;
    draw_figure(chapter);
    handle_requests(chapter);
}

void Book::draw_contents_column() {
    const ContentsState state = contents_state();
    act(columns_.breadth == Breadth::narrow ? draw_bar(columns_.contents, state) : columns_.is_rail ? draw_rail(columns_.contents, state) : draw_contents(columns_.contents, state));
}

void Book::draw_page() {
    if (current_.page == Link::Page::contents) return act(cover_.draw({0, 0, columns_.page.right(), columns_.page.bottom()}, contents_state()));
    draw_contents_column();
    if (current_.page == Link::Page::chapter) draw_chapter();
    else if (NetworkPage* net = network()) {
        ImGui::PushClipRect(columns_.page.min(), columns_.page.max(), true);
        net->draw(columns_.page);
        ImGui::PopClipRect();
        if (const std::string link = net->take_link(); !link.empty()) try_open(link);
    }
    draw_splitters();
}

void Book::handle_keys() {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || io.MouseDown[0] || io.MouseWheel != 0 || is_typing()) moved_at_ = ui().seconds;
    if (overlay_.is_open() && compat::is_key_pressed(ImGuiKey_Escape, false)) overlay_.close();
    else if (const auto command = pressed_command()) {
        const bool is_blocked = overlay_.is_open() && (*command == Command::play || *command == Command::undo || *command == Command::redo);
        if (!is_blocked) run(*command);
    }
    if (const auto found = overlay_.take_found()) go_to(*found);
    if (overlay_.take_forget()) forget_answers();
    if (ui().seconds - saved_at_ > kSaveEvery) save();
}

void Book::frame(float width, float height) {
    columns_ = lay_out(width, height, scale(), {progress_.contents_width, progress_.text_share});
    const Area screen{0, 0, width, height};
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0.0f);
    ImGui::Begin("book", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                                      ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar(2);
    handle_keys();
    fill(screen, colour(Ink::paper));
    draw_page();
    ImGui::End();
    act(overlay_.draw(screen, contents_state()));
    overlay_.draw_message(screen);
}

}  // namespace convbook::app
