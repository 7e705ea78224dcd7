"""What crosses a boundary: frozen dataclasses, module interface, ports, errors. Imports nothing of Nexy above it."""
