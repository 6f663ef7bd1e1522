"""An address of several hosts is several addresses, each with the same people and the same wishes."""

from xingji.kernel.db.wire import hosts_of


def test_each_host_of_an_address_gets_its_own():
    assert hosts_of("postgresql://x:y@db1:5432,db2:6543/z?target_session_attrs=read-write") == [
        "postgresql://x:y@db1:5432/z?target_session_attrs=read-write",
        "postgresql://x:y@db2:6543/z?target_session_attrs=read-write",
    ]


def test_one_host_and_a_socket_stay_as_they_are():
    for url in ("postgresql://x:y@db1/z", "postgresql://x:y@/z?host=/run/x", "postgresql:///z"):
        assert hosts_of(url) == [url]
