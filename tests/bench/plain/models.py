"""Queues, issues and comments, with an index for each order that a page asks for."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

ORDER = ("-status_rank", "-updated_at", "-id")


class Queue(models.Model):
    key = models.CharField(max_length=15, unique=True)
    name = models.CharField(max_length=100)
    last_number = models.IntegerField(default=0)

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return self.name


class Issue(models.Model):
    queue = models.ForeignKey(Queue, models.PROTECT)
    key = models.CharField(max_length=27, unique=True)
    type = models.CharField(max_length=20)
    summary = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=20, default="open")
    status_rank = models.SmallIntegerField(default=20)
    priority = models.CharField(max_length=20)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector("summary", "description", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        app_label = "plain"
        indexes: ClassVar = [
            models.Index(fields=ORDER, name="plain_issue_list"),
            models.Index(fields=["assignee", *ORDER], name="plain_issue_assigned"),
            GinIndex(fields=["search"], name="plain_issue_search"),
        ]

    def __str__(self) -> str:
        return self.key


class Comment(models.Model):
    issue = models.ForeignKey(Issue, models.CASCADE)
    author = models.ForeignKey(User, models.PROTECT)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return self.text[:40]
