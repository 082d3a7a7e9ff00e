// The figure's column on screen: question, picture, refusal, sliders, transport, drawer. Leaves out the state (figure_state.cpp).
#include <algorithm>
#include <cmath>

#include "figure_host.h"
#include "ui_text.h"

namespace convbook::kit {

/// What the figure may do while it draws. Changes wait until it is done, so that settings and results agree in every frame.
class FigureHost::Frame final : public FigureFrame {
public:
    explicit Frame(FigureHost& host) : host_(host) {}
    void set(const std::string& key, const std::string& value) override { host_.pending_[key] = value; }
    void set_query(const std::string& query) override {
        for (const auto& [key, value] : parse_query(query)) host_.pending_[key] = value;
    }
    const Settings& settings() const override { return host_.state_.settings(); }
    const std::optional<Refusal>& refusal() const override { return host_.state_.refusal(); }
    std::optional<double> guess(const std::string& value_name) const override {
        const auto found = host_.guesses_.find(value_name);
        return found == host_.guesses_.end() ? std::nullopt : std::optional(found->second);
    }
    void light(const std::string& value_or_role) override { host_.lit_by_figure_next_ = value_or_role; }
    const std::string& lit() const override { return host_.lit_by_page_; }

private:
    FigureHost& host_;
};

namespace {

const Field* find_field(const Lesson& lesson, const std::string& key) {
    for (const Field& field : lesson.fields())
        if (field.key == key) return &field;
    return nullptr;
}

Colour slider_colour(Role role) { return role == Role::none ? colour(Ink::ink) : role_colour(role); }

int index_in(const std::vector<std::string>& list, const std::string& value) {
    const auto found = std::find(list.begin(), list.end(), value);
    return found == list.end() ? 0 : static_cast<int>(found - list.begin());
}

// Where the playback stands, by its own word or by the setting that holds it
int step_of(const Playback& playback, const FigureState& state, const Lesson& lesson) {
    const Field* field = find_field(lesson, playback.key);
    int step = playback.step;
    if (field && !field->legal.empty()) step = index_in(field->legal, state.value_of(*field));
    else if (field) step = std::atoi(state.value_of(*field).c_str());
    return std::clamp(step, 0, playback.steps - 1);
}

// One line of words and links: draws `pieces`, those with a value as links; returns the chosen value
struct Piece { std::string words, value; };
std::string draw_pieces(ImVec2 at, float width, const std::vector<Piece>& pieces) {
    std::string chosen;
    float x = at.x, y = at.y;
    const float row = line_height(Type::label);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const float w = text_width(Type::label, pieces[i].words);
        if (x > at.x && x + w > at.x + width) x = at.x, y += row;
        if (pieces[i].value.empty()) text({x, y}, Type::label, colour(Ink::ink2), pieces[i].words);
        else if (words_link(("working" + std::to_string(i)).c_str(), {x, y}, Type::label, pieces[i].words)) chosen = pieces[i].value;
        x += w;
    }
    return chosen;
}

}  // namespace

std::string shown_value(const Field& field, const std::string& value) {
    const auto found = field.shown.find(value);
    return found == field.shown.end() ? value : tr(found->second);
}

SliderGrid slider_grid(const std::vector<Field>& fields, float width) {
    const int count = std::max(1, static_cast<int>(fields.size()));
    // The widest label with its widest value decides how many stand in a row
    float needed = px(72);
    for (const Field& field : fields) {
        float widest = 0;
        for (const std::string& value : field.legal) widest = std::max(widest, text_width(Type::label_strong, shown_value(field, value)));
        needed = std::max(needed, text_width(Type::label, tr(field.label)) + px(10) + widest);
    }
    SliderGrid grid;
    grid.gap = px(30);
    grid.columns = std::clamp(static_cast<int>((width + grid.gap) / (needed + grid.gap)), 1, count);
    grid.rows = (count + grid.columns - 1) / grid.columns;
    grid.columns = (count + grid.rows - 1) / grid.rows;
    grid.cell = (width - grid.gap * static_cast<float>(grid.columns - 1)) / static_cast<float>(grid.columns);
    return grid;
}

std::vector<Field> FigureHost::sliders() const {
    std::vector<Field> fields;
    for (const Field& field : chapter_->lesson->fields())
        if (field.is_slider && figure_->shows_slider(field.key)) fields.push_back(field);
    return fields;
}

float FigureHost::sliders_height(float width) const {
    const std::vector<Field> fields = sliders();
    return fields.empty() ? 0 : static_cast<float>(slider_grid(fields, width).rows) * px(50);
}

void FigureHost::draw_question(Area& column, float margin) {
    column.cut_top(px(is_compact_ ? 17 : 24));
    const Area row = column.cut_top(px(22));  // the same in both languages, so that switching does not move the picture
    const std::string question = tr(figure_->question()), hint = tr(figure_->hint());
    const float width = text({row.x + margin, row.y}, Type::figure_question, colour(Ink::ink), question);
    // The hint stands aside when the question needs the row
    const float left = row.w - 2 * margin - width - px(16);
    const float drop = ascent(Type::figure_question) - ascent(Type::label);
    if (text_width(Type::label, hint) <= left) text({row.right() - margin, row.y + drop}, Type::label, colour(Ink::ink2), hint, AlignX::right);
    column.cut_top(px(10));
}

void FigureHost::draw_refusal(const Area& picture) {
    const auto& refusal = state_.refusal();
    if (!refusal) return;
    // Why, what the picture shows instead, and what would work
    std::string why = tr(refusal->why);
    const Field* field = find_field(*chapter_->lesson, refusal->key);
    if (field) why += (why.empty() ? "" : " ") + fill_in(tr(say::figure_still_shows), {tr(field->label), shown_value(*field, state_.value_of(*field))});
    std::vector<Piece> working;
    for (std::size_t i = 0; field && i < refusal->working.size(); ++i) {
        if (i > 0) working.push_back({tr(i + 1 == refusal->working.size() ? say::last_and : say::list_comma), {}});
        working.push_back({shown_value(*field, refusal->working[i]), refusal->working[i]});
    }
    const std::string sentence = tr(refusal->working.size() == 1 ? say::this_works : say::these_work);
    const std::size_t gap = sentence.find("{1}");
    if (!working.empty()) {
        working.insert(working.begin(), Piece{sentence.substr(0, gap), {}});
        working.push_back({sentence.substr(gap + 3), {}});
    }
    // Lay the card on the picture's lower edge
    const float width = picture.w - px(56);
    const float what_height = text_block_height(width, Type::label_strong, tr(refusal->what)), why_height = why.empty() ? 0 : text_block_height(width, Type::label, why);
    const float height = what_height + why_height + (working.empty() ? 0 : line_height(Type::label) + px(4)) + px(24);
    const Area card{picture.x, picture.bottom() - height, picture.w, height};
    fill(card, colour(Ink::raise), 6);
    frame(card, colour(Ink::bad), 1, 6);
    icon({card.x + px(22), card.y + px(12) + line_height(Type::label_strong) / 2}, Icon::warning, colour(Ink::bad));
    float y = card.y + px(12);
    y += text_block({card.x + px(42), y}, width, Type::label_strong, colour(Ink::ink), tr(refusal->what));
    if (!why.empty()) y += text_block({card.x + px(42), y}, width, Type::label, colour(Ink::ink2), why);
    if (const std::string chosen = draw_pieces({card.x + px(42), y + px(4)}, width, working); !chosen.empty()) pending_[refusal->key] = chosen;
}

void FigureHost::draw_slider(const Field& field, const Area& area) {
    const bool is_refused = state_.refusal() && state_.asked_value_of(field) != state_.value_of(field);
    const std::string& value = state_.asked_value_of(field);
    if (field.legal.empty()) {
        text({area.x, area.y}, Type::label, colour(Ink::ink2), tr(field.label));
        if (const auto typed = number_field(field.key.c_str(), {area.right() - px(64), area.y, px(64), px(32)}, value, is_refused)) pending_[field.key] = *typed;
        return;
    }
    const SliderLook look{tr(field.label), shown_value(field, value), is_refused ? colour(Ink::bad) : slider_colour(field.role), static_cast<int>(field.legal.size()), field.legal};
    if (const auto chosen = slider(("slider/" + field.key).c_str(), area, look, index_in(field.legal, value))) pending_[field.key] = field.legal[static_cast<std::size_t>(*chosen)];
}

void FigureHost::draw_sliders(const Area& row) {
    const std::vector<Field> fields = sliders();
    const SliderGrid grid = slider_grid(fields, row.w);
    int index = 0;
    for (const Field& field : fields) {
        const float column = static_cast<float>(index % grid.columns), line = static_cast<float>(index / grid.columns);
        draw_slider(field, {row.x + column * (grid.cell + grid.gap), row.y + line * px(50), grid.cell, px(42)});
        ++index;
    }
}

void FigureHost::draw_transport(const Area& row) {
    // Reset, link and export at the right
    const float y = row.center().y - px(16), right = row.right() + px(8);
    if (icon_button("export", {right - px(32), y}, Icon::image, tr(say::export_figure), false, false)) request_ = HostRequest::export_picture;
    if (icon_button("link", {right - px(66), y}, Icon::link, tr(say::copy_link), false, false)) request_ = HostRequest::copy_link;
    if (icon_button("reset", {right - px(100), y}, Icon::reset, tr(say::reset_figure), false, false)) reset();
    // The steps of the figure, held by its settings
    const Playback playback = figure_->playback();
    if (playback.steps < 2) return;
    const int step = step_of(playback, state_, *chapter_->lesson);
    transport_.step = step;
    transport_.steps = playback.steps;
    transport_.ends = playback.ends;
    const bool was_playing = transport_.is_playing;
    if (!transport("transport", {row.x, row.y, row.w - px(108), row.h}, transport_)) return;
    if (transport_.is_playing && !was_playing) ++press_;
    if (transport_.step == step) return;
    const Field* field = find_field(*chapter_->lesson, playback.key);
    const auto place = static_cast<std::size_t>(transport_.step);
    if (field) pending_[playback.key] = place < field->legal.size() ? field->legal[place] : std::to_string(transport_.step);
    else if (playback.query) for (const auto& [key, value] : parse_query(playback.query(transport_.step))) pending_[key] = value;
}

void FigureHost::draw_drawer(const Area& area, float margin) {
    fill(area, colour(Ink::sunk));
    line({area.x, area.y + 0.5f}, {area.right(), area.y + 0.5f}, colour(Ink::hair));
    const CodeOnShow code = figure_->code();
    const Area header{area.x, area.y, area.w, px(38)};
    const bool is_open = is_drawer_shown();
    // Where the code is, and how often its line runs
    const float copy_width = is_open ? px(24 + 8) : 0;  // its button stands beside the remark, so that it covers no code
    const Hit pressed = hit("drawer", {header.x, header.y, header.w - margin - copy_width, header.h});
    if (pressed.was_clicked) toggle_drawer();
    const float middle = header.center().y, y = middle - line_height(Type::label) / 2;
    icon({area.x + margin + px(6), middle}, is_open ? Icon::chevron_down : Icon::chevron_up, colour(Ink::ink2));
    float x = area.x + margin + px(28);
    x += text({x, y}, Type::label, colour(Ink::ink), tr(say::code_on_show)) + px(16);
    const std::size_t folder = code.path.rfind('/', code.path.rfind('/') - 1);
    // A narrow column names the function alone
    const float right = area.right() - margin - copy_width;
    std::string where = code.path.substr(folder == std::string::npos ? 0 : folder + 1) + " · " + code.function;
    if (x + text_width(Type::code, where) > right) where = code.function;
    x += text({x, middle - line_height(Type::code) / 2}, Type::code, colour(Ink::ink2), where) + px(8);
    const std::string remark = tr(code.remark);
    if (text_width(Type::label, remark) <= right - x) text({right, y}, Type::label, colour(Ink::ink2), remark, AlignX::right);
    if (!is_open) return;
    draw_code("code", {area.x, area.y + header.h, area.w, area.h - header.h}, excerpt_, line_with(excerpt_, code.line_words));
    if (icon_button("copy code", {right + px(8), middle - px(16)}, Icon::copy, tr(say::copy_code), false, false)) request_ = HostRequest::copy_code;
}

// The drawer's upper edge is a splitter: whole lines, double click for four
void FigureHost::drag_drawer(const Area& drawer, float header) {
    const Hit edge = hit("splitter/drawer", {drawer.x, drawer.y - px(3), drawer.w, px(6)}, Cursor::vertical, false);
    if (edge.is_hovered || edge.is_held) line({drawer.x, drawer.y}, {drawer.right(), drawer.y}, colour(Ink::rule));
    if (edge.is_held && edge.drag.y != 0) drawer_lines = std::clamp(std::round((drawer.bottom() - header - px(8) - edge.pointer.y) / line_height(Type::code)), 2.0f, 20.0f);
    if (edge.was_double_clicked) drawer_lines = 4;
}

namespace {
constexpr float kDrawerHeader = 38, kControls = 70, kQuestion = 24 + 22 + 10, kUnderPicture = 10;
float margin_at(float width, bool is_compact) { return px(width < px(600) ? 16 : is_compact ? 24 : 32); }
}  // namespace

float FigureHost::open_drawer_height() const { return px(kDrawerHeader) + std::round(drawer_lines) * line_height(Type::code) + px(8); }

float FigureHost::least_height(const Area& room, bool is_compact) {
    const float inner = room.w - 2 * margin_at(room.w, is_compact), controls = sliders_height(inner) + px(kControls);
    const float wanted = figure_->least_height(inner), picture = wanted > 0 ? wanted + px(kQuestion + kUnderPicture) : 0;
    const float with_code = std::max(picture, px(is_compact ? 300 : 420)) + controls + open_drawer_height();
    is_compact_ = is_compact;
    is_low_ = with_code > room.h;
    return is_drawer_shown() ? with_code : picture > 0 ? picture + controls + px(kDrawerHeader) : 0;
}

void FigureHost::draw(const Area& whole, bool is_compact) {
    ImGui::PushID(chapter_->folder.c_str());
    if (ImGui::IsMouseClicked(0)) ++press_;
    is_compact_ = is_compact;
    lit_by_page_ = std::exchange(lit_by_page_next_, {});
    lit_by_figure_next_.clear();
    refresh();
    const float margin = margin_at(whole.w, is_compact);
    Area column = whole;
    // The drawer takes its place from below
    const bool is_open = is_drawer_shown();
    const Area drawer = column.cut_bottom(is_open ? open_drawer_height() : px(kDrawerHeader));
    draw_drawer(drawer, margin);
    if (is_open) drag_drawer(drawer, px(kDrawerHeader));
    if (is_open && std::exchange(is_drawer_sought_, false) && is_low_) ImGui::SetScrollFromPosY(drawer.bottom() - ImGui::GetWindowPos().y, 1.0f);
    // Sliders and transport stand on it
    Area control = column.cut_bottom(sliders_height(whole.w - 2 * margin) + px(kControls));
    line({control.x, control.y + 0.5f}, {control.right(), control.y + 0.5f}, colour(Ink::hair));
    control = {control.x + margin, control.y + px(9), control.w - 2 * margin, control.h - px(9)};
    if (const float height = sliders_height(control.w); height > 0) draw_sliders(control.cut_top(height));
    draw_transport({control.x, control.y + px(4), control.w, px(36)});
    // The picture has the rest
    picture_ = column;
    draw_question(column, margin);
    Frame frame(*this);
    frame.area = {column.x + margin, column.y, column.w - 2 * margin, column.h - px(kUnderPicture)};
    frame.is_compact = is_compact;
    ImGui::PushClipRect(column.min(), column.max(), true);
    figure_->draw(frame);
    ImGui::PopClipRect();
    draw_refusal(frame.area);
    lit_by_figure_ = lit_by_figure_next_;
    // Take the changes when everything of this frame is drawn
    if (!pending_.empty()) apply(std::exchange(pending_, {}));
    refresh();
    ImGui::PopID();
}

}  // namespace convbook::kit
