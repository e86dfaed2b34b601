"""Adapters between the MRML scene and the library: the only part of the module that knows both."""
