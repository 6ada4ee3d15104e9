"""The KPIs' names, descriptions and formulas, marked for translation.

`analytics` knows no Django; a test holds this list to what it says.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from enishi.analytics.metrics.definition import Pack

PACKS = {
    Pack.OPERATION: _("Running the accounts"),
    Pack.MARKETING: _("Marketing"),
}

WORDS = (
    gettext_noop("Followers"),
    gettext_noop("People who follow the channels at the end of the window."),
    gettext_noop("last reported number + follows − unfollows seen since"),
    gettext_noop("Follower growth"),
    gettext_noop(
        "By how many the followers grew. Where the opening number was not observed, the "
        "first report in the window stands for it."
    ),
    gettext_noop("followers at the end − followers at the start"),
    gettext_noop("Follower growth rate"),
    gettext_noop("Follower growth as a share of the followers at the start."),
    gettext_noop("(followers at the end − followers at the start) ÷ followers at the start"),
    gettext_noop("Posts"),
    gettext_noop("Posts published on the channels, replies not counted."),
    gettext_noop("number of posts published"),
    gettext_noop("Posting frequency"),
    gettext_noop("Posts in a week, averaged over the days of the window."),
    gettext_noop("posts ÷ days × 7"),
    gettext_noop("Likes"),
    gettext_noop("Likes received in the window, on posts of any age."),
    gettext_noop("for each channel and day: the network's daily total, else the likes in the log"),
    gettext_noop("Replies"),
    gettext_noop("Replies received in the window, to posts of any age."),
    gettext_noop(
        "for each channel and day: the network's daily total, else the replies in the log"
    ),
    gettext_noop("Reshares"),
    gettext_noop("Reshares received in the window, of posts of any age."),
    gettext_noop(
        "for each channel and day: the network's daily total, else the reshares in the log"
    ),
    gettext_noop("Engagements"),
    gettext_noop("All interactions with the posts published in the window, up to now."),
    gettext_noop("likes + replies + reshares + quotes + saves of these posts"),
    gettext_noop("Reach"),
    gettext_noop("People who saw something, as the network reports it."),
    gettext_noop("sum of the account's daily reports, else of the posts of the window"),
    gettext_noop("Impressions"),
    gettext_noop("How often posts were shown, as the network reports."),
    gettext_noop("Views"),
    gettext_noop("How often posts or videos were watched, as the network reports."),
    gettext_noop("Engagement rate by reach"),
    gettext_noop("Totals over all posts of the window, divided once: large posts weigh more."),
    gettext_noop("engagements ÷ reach, of posts with known reach"),
    gettext_noop("Engagement rate by impressions"),
    gettext_noop("engagements ÷ impressions, of posts with known impressions"),
    gettext_noop("Engagement rate by followers"),
    gettext_noop("engagements ÷ followers on the day of each post, summed over posts"),
    gettext_noop("Engagement rate by views"),
    gettext_noop("engagements ÷ views, of posts with known views"),
    gettext_noop("Average engagement rate by reach"),
    gettext_noop("The rate of each post, averaged: every post weighs the same."),
    gettext_noop("average over posts of (engagements ÷ reach)"),
    gettext_noop("Average engagement rate by impressions"),
    gettext_noop("average over posts of (engagements ÷ impressions)"),
    gettext_noop("Average engagement rate by followers"),
    gettext_noop("average over posts of (engagements ÷ followers on the day of the post)"),
    gettext_noop("Average engagement rate by views"),
    gettext_noop("average over posts of (engagements ÷ views)"),
    gettext_noop("Leads"),
    gettext_noop("People who registered or asked for an offer."),
    gettext_noop("number of registrations in the log"),
    gettext_noop("Purchases"),
    gettext_noop("Orders placed."),
    gettext_noop("number of purchases in the log"),
    gettext_noop("Searches"),
    gettext_noop("Searches for the brand or its products that were recorded."),
    gettext_noop("number of searches in the log"),
)
