import django.core.validators
import django.db.models.deletion
import enishi.kernel.ids
import enishi.lenses.core.needing
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('channels', '0001_initial'),
        ('strategy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PowerReading',
            fields=[
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.workspace')),
                ('computed_at', models.DateTimeField()),
                ('revision', models.CharField(max_length=64)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('answer', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='ApproachPlan',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('approach', models.CharField(choices=[('account', 'Account: people come for who we are'), ('content', 'Content: people come for what is said'), ('hybrid', 'Both')], max_length=8)),
                ('state', models.CharField(default='draft', max_length=8)),
                ('topics', models.JSONField(default=list)),
                ('influencers', models.PositiveIntegerField(default=0)),
                ('networking', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)])),
                ('sns_share', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(100)])),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channels', models.ManyToManyField(blank=True, related_name='+', to='channels.channel')),
                ('objective', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='approaches', to='strategy.objective')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-at'], name='approach_newest')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('purpose', models.CharField(max_length=500)),
                ('answers', models.JSONField(default=dict)),
                ('verdict', models.CharField(choices=[(enishi.lenses.core.needing.Verdict['GO'], enishi.lenses.core.needing.Verdict['GO']), (enishi.lenses.core.needing.Verdict['PILOT'], enishi.lenses.core.needing.Verdict['PILOT']), (enishi.lenses.core.needing.Verdict['NO_GO'], enishi.lenses.core.needing.Verdict['NO_GO'])], max_length=8)),
                ('points', models.PositiveSmallIntegerField()),
                ('note', models.TextField(blank=True)),
                ('recheck_on', models.DateField()),
                ('told_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-at'], name='assessment_newest')],
            },
        ),
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('day', models.DateField()),
                ('is_genuine', models.BooleanField()),
                ('note', models.TextField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'day'), name='one_audit_a_day')],
            },
        ),
        migrations.CreateModel(
            name='EffortSplit',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('purpose', models.CharField(choices=[('awareness', 'Awareness'), ('traffic', 'Traffic to the site'), ('sales', 'Sales'), ('loyalty', 'Loyalty'), ('support', 'Customer support'), ('recruiting', 'Recruiting')], max_length=12)),
                ('hours', models.FloatField()),
                ('suggested', models.FloatField()),
                ('chosen', models.FloatField()),
                ('reason', models.TextField(blank=True)),
                ('evidence', models.JSONField(default=dict)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-at'], name='split_newest')],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('metric', models.CharField(max_length=60)),
                ('subject', models.TextField()),
                ('place', models.CharField(max_length=10)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'metric', 'subject'), name='one_place_each')],
            },
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('post', models.TextField()),
                ('kind', models.CharField(choices=[('ad', 'ad'), ('account', 'account')], max_length=8)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'post', 'kind'), name='one_support_of_each_kind')],
            },
        ),
        migrations.CreateModel(
            name='Trigger',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('conditions', models.JSONField(default=list)),
                ('proposed', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)])),
                ('replaced', models.PositiveSmallIntegerField(null=True)),
                ('fired_at', models.DateTimeField(null=True)),
                ('evidence', models.JSONField(default=dict)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='triggers', to='lenses.approachplan')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('factor', models.CharField(choices=[('format', 'Format'), ('time', 'Time of posting'), ('length', 'Length'), ('hook', 'Opening (hook)'), ('topic', 'Topic')], max_length=6)),
                ('hypothesis', models.TextField(blank=True)),
                ('first', models.CharField(max_length=80)),
                ('second', models.CharField(max_length=80)),
                ('measure', models.CharField(max_length=11)),
                ('per_arm', models.PositiveSmallIntegerField()),
                ('ripe_days', models.PositiveSmallIntegerField()),
                ('state', models.CharField(default='running', max_length=9)),
                ('outcome', models.CharField(default='open', max_length=7)),
                ('looks', models.JSONField(default=list)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-at'], name='trial_newest')],
            },
        ),
        migrations.CreateModel(
            name='TrialPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.TextField()),
                ('arm', models.CharField(choices=[('a', 'a'), ('b', 'b')], max_length=1)),
                ('at', models.DateTimeField()),
                ('trial', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='lenses.trial')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('trial', 'post'), name='one_arm_each')],
            },
        ),
    ]
