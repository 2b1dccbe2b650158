"""The trial in the house network: where it may listen, and that every page says it is not encrypted."""

import pytest

from portal import checks, house

BANNER = "试用环境，未加密"


@pytest.mark.parametrize("address", ["10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.8"])
def test_private_addresses_are_of_the_house(address):
    assert house.is_house(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "192.0.2.2", "127.0.0.1", "169.254.1.1", "fd00::2", "xm.cn", ""]
)
def test_others_are_not(address):
    assert not house.is_house(address)


def test_every_page_says_that_nothing_is_encrypted(client, as_user, sysadmin, settings):
    settings.LAN = True

    pages = [client.get("/accounts/login/"), as_user(sysadmin).get("/people/"), as_user(sysadmin).get("/nowhere/")]

    assert [BANNER in page.content.decode() for page in pages] == [True, True, True]


def test_without_lan_nothing_is_said(client, db):
    assert BANNER not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("hosts", "site", "wrong"),
    [
        (["127.0.0.1", "10.0.0.5"], "http://10.0.0.5:8000", False),
        (["10.0.0.5", "xmdd.example.gov.cn"], "http://10.0.0.5:8000", True),
        (["8.8.8.8"], "http://8.8.8.8", True),
        (["10.0.0.5"], "https://10.0.0.5", True),
    ],
)
def test_plain_http_is_for_the_house_alone(settings, hosts, site, wrong):
    settings.LAN, settings.ALLOWED_HOSTS, settings.SITE_URL = True, hosts, site

    assert [one.id for one in checks.plain_http_stays_in_the_house()] == (["portal.E009"] if wrong else [])
