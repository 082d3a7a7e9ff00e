// OpenGL's functions for the two files that talk to it (texture.cpp, offscreen.cpp). They dispatch to whichever context is current, of GLX or EGL.
#pragma once
#ifndef GL_GLEXT_PROTOTYPES
#define GL_GLEXT_PROTOTYPES
#endif
#include <GL/gl.h>
#include <GL/glext.h>

namespace convbook::kit {

/// Without a current context the dispatcher answers nothing.
inline bool has_gl() { return glGetString(GL_VERSION) != nullptr; }
/// Changes when a context ends: names of textures made before mean nothing afterwards.
unsigned gl_epoch();
void end_gl_epoch();

}  // namespace convbook::kit
