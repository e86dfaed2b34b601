"""A page in the browser that segments cines and shows them, served by this computer to itself.

An extra (Flask, waitress) beside the library, of which it uses the command line and the reports.
"""
