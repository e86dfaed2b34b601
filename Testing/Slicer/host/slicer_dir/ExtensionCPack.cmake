# The description that the Extension Manager reads, and the package. As in Slicer, the texts are passed on unquoted, so
# that a semicolon in one cuts it, and readme and license are Slicer's own unless the extension names others.
set(_description ${CMAKE_BINARY_DIR}/${EXTENSION_NAME}.s4ext)
set(_fields HOMEPAGE CONTRIBUTORS DESCRIPTION ICONURL SCREENSHOTURLS DEPENDS)

function(_write_description)
  cmake_parse_arguments(_extension "" "${_fields}" "" ${ARGN})
  file(WRITE ${_description} "")
  foreach(field ${_fields})
    string(TOLOWER ${field} _key)
    file(APPEND ${_description} "${_key} ${_extension_${field}}\n")
  endforeach()
endfunction()

_write_description(
  HOMEPAGE ${EXTENSION_HOMEPAGE}
  CONTRIBUTORS ${EXTENSION_CONTRIBUTORS}
  DESCRIPTION ${EXTENSION_DESCRIPTION}
  ICONURL ${EXTENSION_ICONURL}
  SCREENSHOTURLS ${EXTENSION_SCREENSHOTURLS}
  DEPENDS ${EXTENSION_DEPENDS}
  )
install(FILES ${_description} DESTINATION ${Slicer_SHARE_DIR} COMPONENT RuntimeLibraries)

foreach(_file README LICENSE)
  if(NOT DEFINED EXTENSION_${_file}_FILE)
    set(EXTENSION_${_file}_FILE ${CMAKE_CURRENT_LIST_FILE})
  endif()
  if(NOT EXISTS ${EXTENSION_${_file}_FILE})
    message(FATAL_ERROR "EXTENSION_${_file}_FILE points to a file that does not exist: ${EXTENSION_${_file}_FILE}")
  endif()
endforeach()
set(CPACK_PACKAGE_DESCRIPTION_FILE "${EXTENSION_README_FILE}")
set(CPACK_RESOURCE_FILE_LICENSE "${EXTENSION_LICENSE_FILE}")
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME ${Slicer_REVISION}-linux-amd64-${EXTENSION_NAME})
include(CPack)
