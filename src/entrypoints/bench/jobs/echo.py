"""Takes from one list of Redis and gives to another, as soon as something is there."""

import os

from redis import Redis

ASKED, ANSWERED = "bench:asked", "bench:answered"


def main() -> None:
    """Echo until ended."""
    redis = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)
    while True:
        if found := redis.blpop([ASKED]):
            redis.rpush(ANSWERED, found[1])


if __name__ == "__main__":
    main()
