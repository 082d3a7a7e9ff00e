// The figure's life: changes in, results out, recomputed only when the state changed. Drawing of what surrounds it is in figure_column.cpp.
#include "figure_host.h"

#include <chrono>

namespace convbook::kit {

FigureHost::FigureHost(const Chapter& chapter) : chapter_(&chapter), state_(*chapter.lesson), figure_(chapter.make_figure()) {}
FigureHost::~FigureHost() = default;

void FigureHost::refresh() {
    if (!is_stale_) return;
    const auto start = std::chrono::steady_clock::now();
    values_ = chapter_->lesson->values(state_.settings());
    figure_->update(state_.settings());
    update_ms_ = std::chrono::duration<float, std::milli>(std::chrono::steady_clock::now() - start).count();
    is_stale_ = false;
    ++version_;
    // Find the function on show again only if the figure turned to another one
    const CodeOnShow code = figure_->code();
    if (code.path != excerpt_.path || code.function != excerpt_.function) excerpt_ = find_function(code.path, code.function);
}

void FigureHost::apply(const Settings& changes) {
    // Changes under one press of the button, or within one play, are one step of the history
    const bool is_same_press = ImGui::GetCurrentContext() && ImGui::GetIO().MouseDown[0];
    const bool joins = press_ == press_of_last_change_ && (is_same_press || transport_.is_playing);
    if (state_.change(changes, joins)) is_stale_ = true;
    press_of_last_change_ = press_;
}

void FigureHost::set_query(const std::string& query) { apply(parse_query(query)); }

void FigureHost::replace(const Settings& settings) {
    const Settings before = state_.settings();
    state_.replace(settings);
    is_stale_ |= before != state_.settings();
}

bool FigureHost::is_in_state(const std::string& query) const { return state_.is_in(parse_query(query)); }

void FigureHost::reset() {
    transport_.is_playing = false;
    is_stale_ |= state_.reset();
}

void FigureHost::undo() {
    transport_.is_playing = false;
    is_stale_ |= state_.undo();
}

void FigureHost::redo() { is_stale_ |= state_.redo(); }

void FigureHost::toggle_play() {
    if (figure().playback().steps < 2) return;
    transport_.is_playing = !transport_.is_playing;
    ++press_;
}

Figure& FigureHost::figure() {
    refresh();
    return *figure_;
}

const Value* FigureHost::value(std::string_view name) {
    refresh();
    return values_.find(name);
}

const Values& FigureHost::values() {
    refresh();
    return values_;
}

unsigned FigureHost::values_version() {
    refresh();
    return version_;
}

HostRequest FigureHost::take_request() { return std::exchange(request_, HostRequest::none); }

CodeExcerpt FigureHost::code() {
    refresh();
    return excerpt_;
}

}  // namespace convbook::kit
