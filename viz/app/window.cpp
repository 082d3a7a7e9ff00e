// Window, context and events around one Book.
#include "window.h"

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "book.h"
#include "kit/gl.h"
#include "kit/theme.h"
#include "kit/ui_text.h"

namespace convbook::app {
namespace {

using Clock = std::chrono::steady_clock;

std::string last_glfw_fault;
std::vector<std::string> dropped_files;

Error no_display() {
    const std::string reason = last_glfw_fault.empty() ? "" : " (" + last_glfw_fault + ")";
    return Error("open: a window needs a display, and none was found" + reason +
                 ". Without one, `convbook shot 07 --out page.png` takes a picture, `convbook read 07` prints a chapter and `convbook chapter 07` runs one in the terminal.");
}

/// GLFW from first to last.
class Glfw {
public:
    Glfw() {
        glfwSetErrorCallback([](int, const char* words) { last_glfw_fault = words ? words : ""; });
        if (!glfwInit()) throw no_display();
    }
    ~Glfw() { glfwTerminate(); }
};

// A page with three cells in the roles' colours, drawn here so that no file is needed
void set_icon(GLFWwindow* window) {
    constexpr int kSize = 48;
    std::vector<unsigned char> pixels(kSize * kSize * 4, 255);
    constexpr unsigned char kPaper[3] = {251, 249, 244}, kCells[3][3] = {{31, 108, 176}, {161, 83, 0}, {18, 113, 79}};
    for (int y = 0; y < kSize; ++y)
        for (int x = 0; x < kSize; ++x) {
            const int cell = (x - 5) / 13;
            const bool is_cell = y >= 17 && y < 29 && x >= 5 && cell < 3 && (x - 5) % 13 < 12;
            std::copy_n(is_cell ? kCells[cell] : kPaper, 3, &pixels[static_cast<std::size_t>(y * kSize + x) * 4]);
        }
    const GLFWimage icon{kSize, kSize, pixels.data()};
    glfwSetWindowIcon(window, 1, &icon);
}

class Window {
public:
    Window() {
        glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
        glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
        glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
        const GLFWvidmode* mode = glfwGetVideoMode(glfwGetPrimaryMonitor());
        const int width = mode ? std::min(1600, mode->width) : 1280, height = mode ? std::min(1000, mode->height - 60) : 800;
        window_ = glfwCreateWindow(width, std::max(400, height), "ConvBook", nullptr, nullptr);
        if (!window_) throw no_display();
        glfwSetWindowSizeLimits(window_, 480, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
        glfwMakeContextCurrent(window_);
        glfwSwapInterval(1);
        set_icon(window_);
        glfwSetDropCallback(window_, [](GLFWwindow*, int count, const char** paths) { dropped_files.assign(paths, paths + count); });
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        ImGui_ImplGlfw_InitForOpenGL(window_, true);
        ImGui_ImplOpenGL3_Init("#version 330");
    }
    ~Window() {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplGlfw_Shutdown();
        ImGui::DestroyContext();
        glfwDestroyWindow(window_);
    }
    GLFWwindow* handle() const { return window_; }
    void turn_full_screen() {
        if (glfwGetWindowMonitor(window_)) return glfwSetWindowMonitor(window_, nullptr, x_, y_, width_, height_, GLFW_DONT_CARE);
        GLFWmonitor* monitor = glfwGetPrimaryMonitor();
        const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
        if (!mode) return;
        glfwGetWindowPos(window_, &x_, &y_);
        glfwGetWindowSize(window_, &width_, &height_);
        glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    }

private:
    GLFWwindow* window_ = nullptr;
    int x_ = 80, y_ = 80, width_ = 1280, height_ = 800;
};

Image read_frame(int width, int height) {
    std::vector<std::uint8_t> rows(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, rows.data());
    // OpenGL counts rows from below
    Image image{width, height, std::vector<std::uint8_t>(rows.size())};
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    for (int y = 0; y < height; ++y) std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(row * static_cast<std::size_t>(height - 1 - y)), row, image.rgb.begin() + static_cast<std::ptrdiff_t>(row * static_cast<std::size_t>(y)));
    return image;
}

void draw_frame(Window& window, Book& book) {
    float content_scale = 1;
    int width = 0, height = 0;
    glfwGetWindowContentScale(window.handle(), &content_scale, nullptr);
    kit::ui().pixel_scale = std::max(1.0f, content_scale);
    kit::ui().seconds = glfwGetTime();
    kit::refresh_look();
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    book.frame(ImGui::GetIO().DisplaySize.x, ImGui::GetIO().DisplaySize.y);
    ImGui::Render();
    glfwGetFramebufferSize(window.handle(), &width, &height);
    glViewport(0, 0, width, height);
    glClearColor(1, 1, 1, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    book.after_frame([&] { return read_frame(width, height); });
    glfwSwapBuffers(window.handle());
}

// Sleeps until something happens; after an event a few frames follow, so that hover and eases settle
void wait_for_work(const Book& book, int& settling) {
    if (book.wants_frames() || settling > 0) {
        glfwPollEvents();
        settling = std::max(0, settling - 1);
    } else {
        glfwWaitEventsTimeout(1.0);
        settling = 3;
    }
}

void open_first_page(Book& book, const std::string& link) {
    if (!link.empty()) book.open(link);
    for (const std::string& path : std::exchange(dropped_files, {})) book.drop_file(path);
}

}  // namespace

void run_window(const WindowOptions& options) {
    const auto start = Clock::now();
    const Glfw glfw;
    Window window;
    Book book(kit::ProgressFile::usual_path());
    open_first_page(book, options.link);
    std::string title;
    int settling = 3;
    for (int frame = 1; !glfwWindowShouldClose(window.handle()); ++frame) {
        draw_frame(window, book);
        if (frame == 1 && options.is_verbose)
            std::fprintf(stderr, "first frame after %.0f ms\n", std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        if (frame == options.frames) break;
        if (book.take_full_screen()) window.turn_full_screen();
        if (const std::string now = book.title(); now != title) glfwSetWindowTitle(window.handle(), (title = now).c_str());
        wait_for_work(book, settling);
        for (const std::string& path : std::exchange(dropped_files, {})) book.drop_file(path);
    }
    book.save();
}

}  // namespace convbook::app
