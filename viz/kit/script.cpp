// Reads and carries out scripts: every command sends input as a window would and lets frames pass, so that what is tested is what readers get.
// Leaves out checks and measurements (script_expect.cpp).
#include "script.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <thread>

#include "compat.h"
#include "record.h"
#include "theme.h"

namespace convbook::kit {
namespace {

constexpr int kFramesAfterInput = 3;   // areas are found one frame after they were drawn; Dear ImGui may spread events over two
constexpr int kFramesAfterOpening = 5; // new characters are baked in the frame after they were met
constexpr int kStepsOfDrag = 12;

struct Help { const char* form; const char* meaning; };
constexpr Help kWords[] = {
    {"open LINK", "goes to a state: 07?cin=16, net/mobilenet_v2, compare/mobilenet_v1,resnet50, contents"},
    {"size 1600x1000", "logical pixels"},
    {"scale 1.5", "device pixels per logical pixel; text-scale 1.25 is the reader's own"},
    {"lang en|zh, theme light|dark, motion on|off", "how it looks; motion is off unless asked for"},
    {"move TARGET", "the pointer; TARGET is X Y, @NAME, @NAME:0.25 (share of its width), @output/2/1 (a cell) or \"words on screen\""},
    {"click TARGET, double TARGET", "moves there first"},
    {"press TARGET, release", "holds the button in between"},
    {"drag TARGET DX DY", "in logical pixels"},
    {"wheel LINES", "positive is upwards"},
    {"key ctrl+shift+z", "names: enter escape tab space left right up down home end pageup pagedown backspace delete, or a character"},
    {"type WORDS", "to the end of the line"},
    {"wait N, settle [SECONDS]", "lets N frames pass; or waits until background work is done"},
    {"drop FILE", "as if dropped on the window"},
    {"shot FILE", "writes a PNG"},
    {"expect state KEY VALUE", "a setting of the open page; expect link LINK, expect value NAME WORDS"},
    {"expect text \"...\", expect no text \"...\"", "some text of this frame contains it"},
    {"expect mark NAME, expect no mark NAME", "an area of this name can be touched"},
    {"expect no-overlap", "no two texts on each other, none cut, none beyond the screen"},
    {"frames N budget MS [moving DX DY]", "median of the interface's time; the pointer may move meanwhile"},
    {"dump", "prints every text and every name of this frame"},
};

const std::map<std::string, int, std::less<>>& key_names() {
    static const std::map<std::string, int, std::less<>> names{
        {"enter", ImGuiKey_Enter}, {"escape", ImGuiKey_Escape}, {"tab", ImGuiKey_Tab}, {"space", ImGuiKey_Space}, {"left", ImGuiKey_LeftArrow},
        {"right", ImGuiKey_RightArrow}, {"up", ImGuiKey_UpArrow}, {"down", ImGuiKey_DownArrow}, {"home", ImGuiKey_Home}, {"end", ImGuiKey_End},
        {"pageup", ImGuiKey_PageUp}, {"pagedown", ImGuiKey_PageDown}, {"backspace", ImGuiKey_Backspace}, {"delete", ImGuiKey_Delete}};
    return names;
}

std::optional<double> to_number(std::string_view words) {
    double value = 0;
    const auto [end, fault] = std::from_chars(words.data(), words.data() + words.size(), value);
    if (fault != std::errc{} || end != words.data() + words.size()) return {};
    return value;
}

std::string names_of_marks() {
    std::string names;
    for (const Mark& m : seen_marks()) names += (names.empty() ? "" : ", ") + m.name;
    return names.empty() ? "none" : names;
}

}  // namespace

std::string script_words() {
    std::string all;
    for (const Help& help : kWords) all += "  " + std::string(help.form) + "\n      " + help.meaning + "\n";
    return all;
}

InputScript::InputScript(ScriptHost host) : host_(std::move(host)), was_recording_(is_recording()) {
    CONVBOOK_ASSERT(host_.draw_frame != nullptr, "a script needs something to draw");
    set_recording(true);
}
InputScript::~InputScript() { set_recording(was_recording_); }

void InputScript::draw(int frames) {
    for (int i = 0; i < frames; ++i) host_.draw_frame();
}

InputScript::Line InputScript::read_line(int number, std::string_view text) {
    Line line;
    line.number = number;
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
        if (at >= text.size() || text[at] == '#') return line;
        if (line.words.size() == 1) line.rest = std::string(text.substr(at));
        const bool is_quoted = text[at] == '"';
        const std::size_t start = at + is_quoted;
        at = std::min(text.size(), is_quoted ? text.find('"', start) : text.find_first_of(" \t", start));
        line.words.emplace_back(text.substr(start, at - start));
        line.is_quoted.push_back(is_quoted);
        if (is_quoted && at < text.size()) ++at;
    }
}

void InputScript::refuse(const std::string& why) const {
    std::string command;
    for (const std::string& w : line_.words) command += (command.empty() ? "" : " ") + w;
    throw Error(message(name_, ":", line_.number, ": ", command, ": ", why));
}
void InputScript::fail(const std::string& why) {
    try {
        refuse(why);
    } catch (const Error& error) {
        failures_.emplace_back(error.what());
    }
}

const std::string& InputScript::word(std::size_t index, const char* what) const {
    if (index >= line_.words.size()) refuse(message(what, " is missing"));
    return line_.words[index];
}
double InputScript::number(std::size_t index, const char* what) const {
    const std::optional<double> value = to_number(word(index, what));
    if (!value) refuse(message(what, " must be a number, not \"", line_.words[index], "\""));
    return *value;
}

/// Reads a target at words[index], moves index past it and returns its place in device pixels.
ImVec2 InputScript::target(std::size_t& index) const {
    const std::string first = word(index, "the target");
    if (line_.is_quoted[index]) {
        ++index;
        for (const SeenText& seen : seen_texts())
            if (seen.words.find(first) != std::string::npos) return seen.area.center();
        refuse("no text on screen contains it");
    }
    if (first[0] != '@') {
        const ImVec2 at{static_cast<float>(number(index, "x")) * scale(), static_cast<float>(number(index + 1, "y")) * scale()};
        index += 2;
        return at;
    }
    ++index;
    std::string name = first.substr(1);
    float share = 0.5f;
    if (const std::size_t colon = name.rfind(':'); colon != std::string::npos) {
        if (const auto value = to_number(std::string_view(name).substr(colon + 1))) {
            share = static_cast<float>(*value);
            name.resize(colon);
        }
    }
    const std::optional<Area> area = find_mark(name);
    if (!area) refuse(message("nothing of that name is on screen; there are: ", names_of_marks()));
    return {area->x + area->w * share, area->center().y};
}

bool InputScript::run(std::string_view text, const std::string& name) {
    name_ = name;
    const std::size_t failures_before = failures_.size();
    ui().has_reduced_motion = true;
    int number = 0;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.size(), text.find('\n', at));
        std::string_view words = text.substr(at, end - at);
        if (words.ends_with('\r')) words.remove_suffix(1);
        line_ = read_line(++number, words);
        if (!line_.words.empty()) run_line();
        at = end + 1;
    }
    return failures_.size() == failures_before;
}

void InputScript::run_line() {
    const std::string& verb = line_.words[0];
    std::size_t next = 1;
    if (verb == "open") {
        need(host_.open)(word(1, "the link"));
        draw(kFramesAfterOpening);
    } else if (verb == "size" || verb == "scale" || verb == "text-scale" || verb == "lang" || verb == "theme" || verb == "motion") {
        set_look();
        draw(kFramesAfterOpening);
    } else if (verb == "move") point_at(target(next));
    else if (verb == "click") click(1);
    else if (verb == "double") click(2);
    else if (verb == "press") {
        point_at(target(next));
        press(true);
    } else if (verb == "release") press(false);
    else if (verb == "drag") drag();
    else if (verb == "wheel") {
        compat::send_wheel(ImGui::GetIO(), static_cast<float>(number(1, "lines")));
        draw(kFramesAfterInput);
    } else if (verb == "key") press_key();
    else if (verb == "type") type_words();
    else if (verb == "wait") draw(static_cast<int>(number(1, "frames")));
    else if (verb == "settle") settle(line_.words.size() > 1 ? number(1, "seconds") : 30);
    else if (verb == "drop") {
        need(host_.drop_file)(word(1, "the file"));
        draw(kFramesAfterInput);
    } else if (verb == "shot") take_picture();
    else if (verb == "expect") expect();
    else if (verb == "frames") measure_frames();
    else if (verb == "dump") dump();
    else refuse(message("unknown command; there are:\n", script_words()));
}

void InputScript::set_look() {
    const std::string& verb = line_.words[0];
    const std::string& choice = word(1, "the value");
    const auto choose = [&](const char* no, const char* yes) {
        if (choice != no && choice != yes) refuse(message("must be ", no, " or ", yes));
        return choice == yes;
    };
    if (verb == "lang") ui().language = choose("en", "zh") ? Language::zh : Language::en;
    else if (verb == "theme") ui().is_dark = choose("light", "dark");
    else if (verb == "motion") ui().has_reduced_motion = !choose("off", "on");
    else if (verb == "text-scale") ui().text_scale = static_cast<float>(number(1, "the text scale"));
    else if (verb == "scale") {
        const double value = number(1, "the scale");
        if (value < 0.5 || value > 4) refuse("the scale is 0.5 to 4");
        ui().pixel_scale = static_cast<float>(value);
        need(host_.scale_changed)();
    } else {
        const std::size_t cross = choice.find('x');
        const auto width = to_number(choice.substr(0, cross)), height = cross == std::string::npos ? std::nullopt : to_number(choice.substr(cross + 1));
        if (!width || !height || *width < 1 || *height < 1) refuse("a size is written 1600x1000");
        need(host_.resize)(static_cast<int>(*width), static_cast<int>(*height));
    }
}

void InputScript::point_at(ImVec2 at) {
    compat::send_position(ImGui::GetIO(), at);
    draw(kFramesAfterInput);
}

void InputScript::press(bool is_down) {
    compat::send_button(ImGui::GetIO(), is_down);
    draw(kFramesAfterInput);
}

void InputScript::click(int times) {
    std::size_t next = 1;
    point_at(target(next));
    for (int i = 0; i < times; ++i) {
        press(true);
        press(false);
    }
}

void InputScript::drag() {
    std::size_t next = 1;
    const ImVec2 from = target(next);
    const ImVec2 by{static_cast<float>(number(next, "DX")) * scale(), static_cast<float>(number(next + 1, "DY")) * scale()};
    point_at(from);
    press(true);
    for (int i = 1; i <= kStepsOfDrag; ++i) {
        const float share = static_cast<float>(i) / kStepsOfDrag;
        compat::send_position(ImGui::GetIO(), {from.x + by.x * share, from.y + by.y * share});
        draw(1);
    }
    press(false);
}

void InputScript::press_key() {
    std::string name = word(1, "the key");
    const auto take = [&](std::string_view prefix) {
        const bool has = name.starts_with(prefix) && name.size() > prefix.size();
        if (has) name.erase(0, prefix.size());
        return has;
    };
    bool has_ctrl = false, has_shift = false;
    for (bool goes_on = true; goes_on;) {
        const bool ctrl = take("ctrl+"), shift = take("shift+");
        has_ctrl |= ctrl;
        has_shift |= shift;
        goes_on = ctrl || shift;
    }
    // A key by its name, or the character it writes
    ImGuiIO& io = ImGui::GetIO();
    const auto named = key_names().find(name);
    const bool is_character = named == key_names().end() && name.size() == 1;
    if (!is_character && named == key_names().end()) refuse("unknown key; a name as in `convbook ui --help`, or one character");
    const int key = is_character ? std::toupper(static_cast<unsigned char>(name[0])) : named->second;
    compat::send_modifiers(io, has_ctrl, has_shift);
    compat::send_key(io, key, true);
    if (is_character && !has_ctrl) io.AddInputCharacter(static_cast<unsigned char>(name[0]));
    draw(1);
    compat::send_key(io, key, false);
    draw(1);
    compat::send_modifiers(io, false, false);
    draw(kFramesAfterInput);
}

void InputScript::type_words() {
    ImGui::GetIO().AddInputCharactersUTF8(line_.rest.c_str());
    draw(kFramesAfterInput);
}

void InputScript::settle(double seconds) {
    const auto start = std::chrono::steady_clock::now();
    draw(2);
    while (host_.is_busy && host_.is_busy()) {
        if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > seconds) return fail(message("still busy after ", seconds, " s"));
        draw(1);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    draw(kFramesAfterInput);
}

void InputScript::take_picture() {
    const std::filesystem::path path = word(1, "the file");
    draw(1);
    save_png(path, need(host_.picture)());
    if (host_.say) host_.say(path.string());
}

}  // namespace convbook::kit
