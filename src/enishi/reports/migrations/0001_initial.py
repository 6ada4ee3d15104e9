import django.db.models.deletion
import enishi.kernel.ids
import enishi.reports.core.formats
import enishi.reports.core.states
import enishi.reports.core.timing
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True
    replaces = [
        ('reports', '0001_start'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
        ('channels', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('asked', models.JSONField(default=dict)),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared with the workspace')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'owner', 'name'), name='one_view_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='DefaultView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('view', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.savedview')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'user'), name='one_default_view_each')],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('asked', models.JSONField(default=dict)),
                ('every', models.CharField(choices=[(enishi.reports.core.timing.Every['WEEK'], 'Every week'), (enishi.reports.core.timing.Every['MONTH'], 'Every month')], default=enishi.reports.core.timing.Every['WEEK'], max_length=8)),
                ('weekday', models.PositiveSmallIntegerField(default=0)),
                ('month_day', models.PositiveSmallIntegerField(default=1)),
                ('wall_time', models.TimeField()),
                ('time_zone', models.CharField(max_length=64)),
                ('language', models.CharField(choices=[('ja', '日本語'), ('en', 'English')], max_length=8)),
                ('formats', models.JSONField(default=list)),
                ('recipients', models.JSONField(default=list)),
                ('note', models.TextField(blank=True)),
                ('next_due_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('paused_at', None)), fields=['next_due_at'], name='report_schedule_due')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80, unique=True)),
                ('due_at', models.DateTimeField()),
                ('today', models.DateField()),
                ('is_test', models.BooleanField(default=False)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='reports.schedule')),
            ],
            options={
                'indexes': [models.Index(fields=['schedule', '-id'], name='report_run_newest')],
            },
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
                ('text', models.CharField(max_length=200, verbose_name='text')),
                ('metric', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'day'], name='annotation_day')],
            },
        ),
        migrations.CreateModel(
            name='ReportLetter',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('address', models.EmailField(max_length=254)),
                ('state', models.CharField(choices=[(enishi.reports.core.states.LetterState['WAITING'], 'Waiting'), (enishi.reports.core.states.LetterState['SENT'], 'Sent'), (enishi.reports.core.states.LetterState['FAILED'], 'Failed')], default=enishi.reports.core.states.LetterState['WAITING'], max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('sent_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='reports.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'address'), name='one_letter_each_run')],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('asked', models.JSONField(default=dict)),
                ('format', models.CharField(choices=[(enishi.reports.core.formats.Format['PDF'], 'PDF'), (enishi.reports.core.formats.Format['PPTX'], 'PowerPoint'), (enishi.reports.core.formats.Format['XLSX'], 'Excel'), (enishi.reports.core.formats.Format['CSV'], 'CSV')], max_length=8)),
                ('language', models.CharField(choices=[('ja', '日本語'), ('en', 'English')], max_length=8)),
                ('state', models.CharField(choices=[(enishi.reports.core.states.ExportState['WAITING'], 'Waiting'), (enishi.reports.core.states.ExportState['RUNNING'], 'Being made'), (enishi.reports.core.states.ExportState['DONE'], 'Ready'), (enishi.reports.core.states.ExportState['FAILED'], 'Failed'), (enishi.reports.core.states.ExportState['EXPIRED'], 'Deleted')], default=enishi.reports.core.states.ExportState['WAITING'], max_length=8)),
                ('progress', models.FloatField(default=0)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('today', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='reports.run')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-id'], name='export_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('run__isnull', False)), fields=('run', 'format'), name='one_export_each_run')],
            },
        ),
        migrations.CreateModel(
            name='BoardSection',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('board', models.CharField(max_length=12)),
                ('section', models.CharField(max_length=20)),
                ('kpis', models.JSONField(default=list)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'board', 'section'), name='one_choice_each_section')],
            },
        ),
    ]
