# md4c::md4c by header and library: Debian's own CMake file also demands the HTML renderer, which libmd4c-dev does not bring.
find_path(MD4C_INCLUDE_DIR md4c.h)
find_library(MD4C_LIBRARY md4c)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(md4c REQUIRED_VARS MD4C_LIBRARY MD4C_INCLUDE_DIR)
if(md4c_FOUND AND NOT TARGET md4c::md4c)
    add_library(md4c::md4c UNKNOWN IMPORTED)
    set_target_properties(md4c::md4c PROPERTIES IMPORTED_LOCATION ${MD4C_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${MD4C_INCLUDE_DIR})
endif()
