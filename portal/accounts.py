"""How people sign in: what allauth and axes ask of this site."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: accounts are made on the page 账号."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
