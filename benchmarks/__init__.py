"""Measures every area of the project side by side with its peers, in one run.

``python -m benchmarks`` lists the areas, ``python -m benchmarks AREA`` measures one.
A new area is one module in ``benchmarks/areas`` with a constant ``AREA``.
"""
