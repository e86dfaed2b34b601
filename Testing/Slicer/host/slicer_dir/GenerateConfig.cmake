# Slicer writes a configuration here with which other extensions find this one.
file(WRITE ${CMAKE_BINARY_DIR}/${EXTENSION_NAME}Config.cmake "")
