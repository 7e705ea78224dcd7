"""The wire contracts of Nexy: typed stubs made from the proto files by `protocol/generate.py`."""
