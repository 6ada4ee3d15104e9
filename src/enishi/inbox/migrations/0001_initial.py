import django.db.models.deletion
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True
    replaces = [
        ('inbox', '0002_private_messages'),
        ('inbox', '0003_comments'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
        ('channels', '0001_initial'),
        ('publishing', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('root_id', models.CharField(max_length=500)),
                ('kind', models.CharField(choices=[('reply', 'Reply'), ('mention', 'Mention'), ('quote', 'Quote'), ('message', 'Private message'), ('comment', 'Comment')], max_length=8)),
                ('state', models.CharField(choices=[('new', 'New'), ('pending', 'Pending'), ('resolved', 'Resolved')], default='new', max_length=8)),
                ('function', models.CharField(blank=True, choices=[('marketing', 'Marketing'), ('sales', 'Sales team'), ('service', 'Customer service'), ('hr', 'HR'), ('partners', 'Suppliers and partners')], max_length=9)),
                ('unread', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('person_key', models.CharField(max_length=500)),
                ('person_name', models.CharField(blank=True, max_length=300)),
                ('person_handle', models.CharField(blank=True, max_length=300)),
                ('person_url', models.CharField(blank=True, max_length=1000)),
                ('person_avatar_url', models.CharField(blank=True, max_length=1000)),
                ('last_text', models.CharField(blank=True, max_length=200)),
                ('last_is_ours', models.BooleanField(default=False)),
                ('last_message_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='channels.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-last_message_at', '-id'], name='inbox_by_time'), models.Index(fields=['workspace', 'state', '-last_message_at', '-id'], name='inbox_by_state'), models.Index(fields=['workspace', 'assignee', '-last_message_at'], name='inbox_by_assignee'), models.Index(condition=models.Q(('unread__gt', 0)), fields=['workspace', '-last_message_at'], name='inbox_unread'), models.Index(fields=['workspace', '-updated_at'], name='inbox_by_change'), models.Index(fields=['workspace', 'person_key'], name='inbox_by_person')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'root_id', 'person_key'), name='one_conversation_each')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('remote_id', models.CharField(blank=True, max_length=500)),
                ('is_ours', models.BooleanField(default=False)),
                ('kind', models.CharField(choices=[('reply', 'Reply'), ('mention', 'Mention'), ('quote', 'Quote'), ('message', 'Private message'), ('comment', 'Comment')], max_length=8)),
                ('author_key', models.CharField(blank=True, max_length=500)),
                ('author_name', models.CharField(blank=True, max_length=300)),
                ('author_handle', models.CharField(blank=True, max_length=300)),
                ('author_avatar_url', models.CharField(blank=True, max_length=1000)),
                ('text', models.TextField(blank=True)),
                ('folded', models.TextField(blank=True)),
                ('images', models.JSONField(blank=True, default=list)),
                ('in_reply_to', models.CharField(blank=True, max_length=500)),
                ('url', models.CharField(blank=True, max_length=1000)),
                ('reference', models.JSONField(blank=True, default=dict)),
                ('published', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('activity_id', models.UUIDField(blank=True, null=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='inbox.conversation')),
                ('delivery', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inbox_message', to='publishing.delivery')),
            ],
            options={
                'indexes': [models.Index(fields=['conversation', 'published', 'id'], name='message_by_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('channel', 'remote_id'), name='one_message_each')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='inbox.conversation')),
            ],
            options={
                'indexes': [models.Index(fields=['conversation', 'created_at'], name='note_by_time')],
            },
        ),
    ]
