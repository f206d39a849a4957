"""What one would write first: FastAPI, pydantic, SQLAlchemy, SQLite with a write-ahead log. Runs in its own venv."""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import JSON, Integer, String, create_engine, event, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Stored(Base):
    __tablename__ = "records"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    v: Mapped[int] = mapped_column(Integer)
    at: Mapped[str] = mapped_column(String)
    actor: Mapped[str] = mapped_column(String)
    grid: Mapped[str] = mapped_column(String, index=True)
    whole: Mapped[dict[str, Any]] = mapped_column(JSON)


class Record(BaseModel):
    id: str
    kind: str
    v: int
    at: str
    clock: dict[str, Any]
    actor: str
    seat: str
    grid: str
    body: dict[str, Any]
    shift: str | None = None


engine = create_engine(f"sqlite:///{sys.argv[1]}")
app = FastAPI()


@event.listens_for(engine, "connect")
def durable(connection: Any, _: Any) -> None:
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")


@app.post("/records")
def store(records: list[Record]) -> dict[str, int]:
    rows = [
        {**record.model_dump(include={"id", "kind", "v", "at", "actor", "grid"}), "whole": record.model_dump()}
        for record in records
    ]
    with Session(engine) as session:
        session.execute(insert(Stored).on_conflict_do_nothing(), rows)
        session.commit()
    return {"stored": len(rows)}


@app.get("/count")
def count() -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Stored)) or 0


Base.metadata.create_all(engine)
uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
