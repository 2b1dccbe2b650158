"""Workbooks of projects: reading them, and deciding and writing what they ask for.

**Reading** needs no database. `reading.read_workbook(path, *, year=None, name="") -> records.ParsedFile` reads an .xlsx
or .csv file; `portal.excel.refusal.Refused` says why a file is not read at all. `ParsedFile.as_json()` is the JSON
object of the dry run. A `ProjectRead` holds

- the fields of the contract: name, flags, park (name in the register), enterprise, total_investment, annual_plan
  and cumulative_done (Decimal, 万元), planned_start and planned_finish (`portal.spans.Span`), nature and year_type
  (words of the register), or None for what is not known;
- `facts`: the other columns that are filled, by field name. Text as written (stage, key_level, county …), except
  actual_start, actual_finish, stat_listed_on (Span), six_pv, stat_listed (bool) and year (int). progress, problem,
  next_step and reason are for a note;
- `cells`: the address of each value; `issues`, each with field, code, severity, cell and a sentence; `status`.

`SheetRead.unknown_columns` lists the headings that were not read. The modules: `aliases` and `headings` name the
fields of columns, `finding` and `layout` find the heading, `table`, `rows` and `grouping` tell what each row is,
`values` reads a row with `amounts`, `dates`, `datewords`, `names`, `places` and `codes`; `declared` compares with
what the file says of itself.
"""
