"""Excel sheets in and out, without any knowledge of what they are about.

In: `reading.read(path, name=…)` returns a list of `cells.Sheet`, or raises `refusal.Refused` with a code and a Chinese
sentence. The file is pre-scanned (`prescan`) and parsed (`parsing`) in a limited child process (`child`), so that no
file can take the caller down. `formats` says what a number format shows.

Back: `annotating.annotate(…)` returns an uploaded file with a column of remarks, made in such a child too.

Out: `writing.write(…)` writes a list as a workbook in which nothing is ever a formula.
"""
