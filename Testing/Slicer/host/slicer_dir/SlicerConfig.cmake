# Stands in for a Slicer build tree, written anew: enough for a scripted extension to configure, build, test, install
# and be packaged as Slicer's own macros do it.
set(Slicer_VERSION 5.13)
set(Slicer_REVISION 0)
set(Slicer_LIB_DIR lib/Slicer-${Slicer_VERSION})
set(Slicer_SHARE_DIR share/Slicer-${Slicer_VERSION})
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR ${Slicer_LIB_DIR}/qt-scripted-modules)
set(Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR ${Slicer_QTSCRIPTEDMODULES_LIB_DIR})
set(Slicer_LAUNCHER_EXECUTABLE "${CMAKE_CURRENT_LIST_DIR}/Slicer" CACHE FILEPATH "What ctest runs the tests with")
set(Slicer_USE_FILE ${CMAKE_CURRENT_LIST_DIR}/UseSlicer.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${CMAKE_CURRENT_LIST_DIR}/GenerateConfig.cmake)
set(Slicer_EXTENSION_CPACK ${CMAKE_CURRENT_LIST_DIR}/ExtensionCPack.cmake)
