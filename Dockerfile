# The server as an image: `docker build -t expense .`. docs/operating.md says how to run it.
ARG PYTHON=docker.io/library/python:3.13-slim

FROM ${PYTHON} AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY src src
# Of what others wrote, wheels only: nothing of theirs is built or run here. redis is for EXPENSE_RATE_LIMIT_URL.
RUN python3 -m venv /opt/expense \
    && /opt/expense/bin/pip install --no-cache-dir --only-binary=:all: ".[api,redis]"

FROM ${PYTHON}
RUN useradd --uid 10001 --home-dir /var/lib/expense --shell /usr/sbin/nologin expense \
    && install --directory --owner=expense --group=expense /var/lib/expense
COPY --from=build /opt/expense /opt/expense
ENV PATH=/opt/expense/bin:$PATH \
    EXPENSE_DATABASE_URL=sqlite:////var/lib/expense/expenses.db
USER expense
WORKDIR /var/lib/expense
VOLUME /var/lib/expense
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["expense"]
CMD ["api", "--host", "0.0.0.0"]
