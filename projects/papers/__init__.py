"""What people carry away on paper: 一页纸, 月通报, 附表, 提醒函 and 督办函.

Each is a `Paper`, written by one function and shown as page, print, text, Word and Excel; 定稿 and 印发 keep it as it
was. Figures come from `digests.facts` and the functions below it: nothing is added up here.
"""

from projects.papers.annex import annexes
from projects.papers.bulletin import Said, bulletin
from projects.papers.letters import LETTERS, letter
from projects.papers.one_page import facts_of, one_page, scopes
from projects.papers.paper import Paper, Sheet

__all__ = ["LETTERS", "Paper", "Said", "Sheet", "annexes", "bulletin", "facts_of", "letter", "one_page", "scopes"]
