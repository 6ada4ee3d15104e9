import django.db.models.deletion
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True
    replaces = [
        ('publishing', '0002_parts_and_pauses'),
        ('publishing', '0003_slots_and_queues'),
        ('publishing', '0004_checklist_ticks'),
        ('publishing', '0005_edits'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
        ('channels', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('file', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('media_type', models.CharField(max_length=40)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'sha256'), name='one_media_each_content')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('channel', None)), fields=('workspace',), name='one_pause_of_everything'), models.UniqueConstraint(fields=('channel',), name='one_pause_each_channel')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('thread', models.JSONField(default=list)),
                ('first_comment', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=16, verbose_name='language')),
                ('link', models.URLField(blank=True, max_length=2000, verbose_name='link')),
                ('audience', models.CharField(choices=[('external', 'Everybody'), ('internal', 'The company only')], default='external', max_length=8)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('scheduled', 'scheduled'), ('publishing', 'publishing'), ('published', 'published'), ('unknown', 'unknown'), ('failed', 'failed'), ('held', 'held'), ('missed', 'missed'), ('cancelled', 'cancelled'), ('deleted', 'deleted')], default='draft', max_length=12)),
                ('due_at', models.DateTimeField(null=True)),
                ('wall_time', models.CharField(blank=True, max_length=19)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('valid_until', models.DateTimeField(null=True, verbose_name='valid until')),
                ('adopted', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'due_at', 'id'], name='post_calendar'), models.Index(fields=['workspace', 'state', 'due_at', 'id'], name='post_by_state'), models.Index(fields=['workspace', 'updated_at', 'id'], name='post_by_change')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('publish', 'publish'), ('reply', 'reply'), ('delete', 'delete'), ('edit', 'edit')], max_length=8)),
                ('state', models.CharField(choices=[('scheduled', 'scheduled'), ('publishing', 'publishing'), ('published', 'published'), ('unknown', 'unknown'), ('failed', 'failed'), ('held', 'held'), ('missed', 'missed'), ('cancelled', 'cancelled'), ('deleted', 'deleted')], default='scheduled', max_length=12)),
                ('key', models.CharField(max_length=13, unique=True)),
                ('text', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=16)),
                ('in_reply_to', models.JSONField(null=True)),
                ('target_id', models.CharField(blank=True, max_length=500)),
                ('planned_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('wall_time', models.CharField(blank=True, max_length=19)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('valid_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('attempts_before', models.PositiveIntegerField(default=0)),
                ('first_attempt_at', models.DateTimeField(null=True)),
                ('worker_id', models.UUIDField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('progress', models.JSONField(default=dict)),
                ('candidates', models.JSONField(default=list)),
                ('remote_id', models.CharField(blank=True, max_length=500)),
                ('remote_url', models.CharField(blank=True, max_length=2000)),
                ('receipt', models.JSONField(default=dict)),
                ('published_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('problem', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='channels.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='publishing.post')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'scheduled')), fields=['due_at', 'channel', 'workspace'], name='delivery_due'), models.Index(condition=models.Q(('state', 'publishing')), fields=['worker_id'], name='delivery_publishing'), models.Index(fields=['channel', 'remote_id'], name='delivery_remote'), models.Index(fields=['workspace', 'state', 'due_at'], name='delivery_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'publish')), fields=('post', 'channel'), name='one_publish_each_channel')],
            },
        ),
        migrations.CreateModel(
            name='PostMedia',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('alt', models.TextField(blank=True)),
                ('media', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='publishing.media')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='publishing.post')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('post', 'position'), name='one_media_each_position')],
            },
        ),
        migrations.CreateModel(
            name='Queue',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('times', models.JSONField(default=list)),
                ('time_zone', models.CharField(max_length=64)),
                ('closes_gaps', models.BooleanField(default=True)),
                ('skips_holidays', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_queue_each_name')],
            },
        ),
        migrations.CreateModel(
            name='QueueEntry',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='queue_entry', to='publishing.post')),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='publishing.queue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('queue', 'due_at'), name='one_post_each_queue_time')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('topic', models.CharField(blank=True, max_length=120, verbose_name='topic')),
                ('text', models.TextField(blank=True)),
                ('checklist', models.JSONField(default=list)),
                ('rule', models.CharField(max_length=200)),
                ('times', models.JSONField(default=list)),
                ('time_zone', models.CharField(max_length=64)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('skips_holidays', models.BooleanField(default=False)),
                ('days_ahead', models.PositiveSmallIntegerField(default=14)),
                ('warn_hours', models.PositiveSmallIntegerField(default=24)),
                ('paused', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('channels', models.ManyToManyField(related_name='+', to='channels.channel')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'name'], name='series_by_name')],
            },
        ),
        migrations.CreateModel(
            name='SeriesTime',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('wall', models.CharField(max_length=16)),
                ('due_at', models.DateTimeField()),
                ('post_version', models.PositiveIntegerField(default=1)),
                ('skipped', models.BooleanField(default=False)),
                ('ticked', models.JSONField(default=list)),
                ('warned_at', models.DateTimeField(null=True)),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='series_time', to='publishing.post')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occurrences', to='publishing.series')),
            ],
            options={
                'indexes': [models.Index(fields=['series', 'due_at'], name='series_time_by_due')],
                'constraints': [models.UniqueConstraint(fields=('series', 'wall'), name='one_post_each_occurrence')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('options', models.JSONField(default=dict)),
                ('enabled', models.BooleanField(default=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='publishing.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('post', 'channel'), name='one_variant_each_channel')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('worker_id', models.UUIDField(null=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('running', 'running'), ('done', 'done'), ('found', 'found'), ('refused', 'refused'), ('unknown', 'unknown'), ('auth_expired', 'auth_expired'), ('rate_limited', 'rate_limited'), ('transient', 'transient'), ('interrupted', 'interrupted'), ('late', 'late'), ('blind', 'blind'), ('uncertain', 'uncertain'), ('not_sent', 'not_sent'), ('paused', 'paused')], default='running', max_length=14)),
                ('detail', models.TextField(blank=True)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='publishing.delivery')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('delivery', 'number'), name='one_attempt_each_number')],
            },
        ),
    ]
