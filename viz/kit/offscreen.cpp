// A Dear ImGui context without a window: EGL's surfaceless platform, a frame buffer of the wanted size, fixed time steps, nothing saved to disk.
// Leaves out replayed input (script.cpp).
#include "offscreen.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <chrono>
#include <algorithm>

#include "compat.h"
#include "gl.h"
#include "theme.h"

namespace convbook::kit {
namespace {

constexpr double kStep = 1.0 / 60;

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// The connection to EGL and a context of OpenGL 3.3; both end with it.
struct Egl {
    EGLDisplay display = EGL_NO_DISPLAY;
    EGLContext context = EGL_NO_CONTEXT;
    Egl() {
        const auto get_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
        if (get_display) display = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
        if (display == EGL_NO_DISPLAY || !eglInitialize(display, nullptr, nullptr)) fail("EGL's surfaceless platform is missing");
        eglBindAPI(EGL_OPENGL_API);
        const EGLint wanted[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        eglChooseConfig(display, wanted, &config, 1, &count);
        const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3,
                                  EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
        context = eglCreateContext(display, count > 0 ? config : nullptr, EGL_NO_CONTEXT, version);
        if (context == EGL_NO_CONTEXT || !eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) fail("EGL gives no OpenGL 3.3 context");
    }
    ~Egl() {
        eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        eglDestroyContext(display, context);
    }
    [[noreturn]] static void fail(const char* reason) {
        throw Error(message("off-screen picture: needs OpenGL without a window, but ", reason, " (EGL error ", eglGetError(),
                            "); install libegl1 and libgl1-mesa-dri"));
    }
};

}  // namespace

struct Offscreen::Context {
    Egl egl;
    ImGuiContext* gui = nullptr;
    GLuint buffer = 0, pixels = 0;
    int width = 0, height = 0;

    void make_current() {
        eglMakeCurrent(egl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, egl.context);
        ImGui::SetCurrentContext(gui);
    }
    void allocate(int new_width, int new_height) {
        width = new_width;
        height = new_height;
        if (!buffer) {
            glGenFramebuffers(1, &buffer);
            glGenTextures(1, &pixels);
        }
        glBindTexture(GL_TEXTURE_2D, pixels);
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glBindFramebuffer(GL_FRAMEBUFFER, buffer);
        glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, pixels, 0);
        ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    }
};

Offscreen::Offscreen(int width, int height) : context_(std::make_unique<Context>()) {
    CONVBOOK_REQUIRE(width > 0 && height > 0 && width <= 16384 && height <= 16384, "off-screen picture: sides are 1 to 16384 pixels; got ", width, " x ", height,
                     ". Choose a smaller --size or --scale.");
    IMGUI_CHECKVERSION();
    context_->gui = ImGui::CreateContext();
    ImGui::SetCurrentContext(context_->gui);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.DeltaTime = static_cast<float>(kStep);
    io.MousePos = {-1e6f, -1e6f};
    compat::name_keys(io);
    ImGui_ImplOpenGL3_Init("#version 330");
    context_->allocate(width, height);
    ui().seconds = 0;
}

Offscreen::~Offscreen() {
    if (!context_) return;
    context_->make_current();
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext(context_->gui);
    glDeleteFramebuffers(1, &context_->buffer);
    glDeleteTextures(1, &context_->pixels);
    end_gl_epoch();
}

void Offscreen::resize(int width, int height) {
    context_->make_current();
    context_->allocate(width, height);
}

Offscreen::FrameTime Offscreen::frame(const std::function<void()>& draw) {
    context_->make_current();
    refresh_look();
    ui().seconds += kStep;
    // The interface: everything the program does for a frame
    const auto start = std::chrono::steady_clock::now();
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    draw();
    ImGui::Render();
    FrameTime time;
    time.interface_ms = milliseconds_since(start);
    // The rasteriser: what a graphics card would do
    const auto raster_start = std::chrono::steady_clock::now();
    glBindFramebuffer(GL_FRAMEBUFFER, context_->buffer);
    glViewport(0, 0, context_->width, context_->height);
    const ImVec4 paper = ImGui::ColorConvertU32ToFloat4(colour(Ink::paper));
    glClearColor(paper.x, paper.y, paper.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glFinish();
    time.raster_ms = milliseconds_since(raster_start);
    return time;
}

Image Offscreen::read_pixels() const {
    const int width = context_->width, height = context_->height;
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    std::vector<std::uint8_t> upside_down(row * static_cast<std::size_t>(height));
    glBindFramebuffer(GL_FRAMEBUFFER, context_->buffer);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
    Image image{width, height, std::vector<std::uint8_t>(upside_down.size())};
    for (int y = 0; y < height; ++y)
        std::copy_n(upside_down.begin() + static_cast<std::ptrdiff_t>(row) * (height - 1 - y), row, image.rgb.begin() + static_cast<std::ptrdiff_t>(row) * y);
    return image;
}

}  // namespace convbook::kit
