"""演示数据: the accounts of a demonstration and what has happened in it since the register was drawn up.

Everything invented here carries `is_demo`; the six real projects are never touched.
"""
