using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Deciding;

/// <summary>What holds after any registrations and deregistrations, and for every definition.</summary>
public sealed class RegistryProperties
{
    private static readonly Gen<Command> Commands = Gen.Frequency(
        (3, Gen.Select(Gen.Int[1, 2], Gen.Int[0, 3], Gen.Int[1, 3], (family, label, cpu) => (Command)(
            Web($"family-{family}", label is 0 ? null : $"v{label}") with { Cpu = $"{cpu * 128}" }))),
        (1, Gen.Select(Gen.Int[1, 2], Gen.Int[1, 9], (family, revision) => (Command)new DeregisterTaskDefinition
        {
            TaskDefinition = $"family-{family}:{revision}",
        })));

    private static readonly Gen<Command[]> Histories = Commands.Array[0, 40];

    private static readonly Gen<ContainerDefinition> Containers = Gen.Select(
        Gen.Int[0, 2000].Nullable(), Gen.Bool.Nullable(), Gen.Int[6, 64].Nullable(), Gen.Int[0, 2], Gen.Int[0, 3],
        (cpu, essential, soft, ports, words) => new ContainerDefinition
        {
            Image = "busybox",
            Cpu = cpu,
            Memory = 65,
            MemoryReservation = soft,
            Essential = essential,
            PortMappings = ports is 0 ? null : [.. Enumerable.Range(1, ports).Select(port => Port(port))],
            Command = words is 0 ? null : [.. Enumerable.Repeat("word", words - 1)],
            Environment = words is 3 ? [new NameValue("A", null)] : null,
        });

    // What is off is said to be, or left out; the rest is on.
    private static readonly Gen<(ContainerDefinition Said, ContainerDefinition LeftOut)> Switches = Gen.Select(
        Gen.Bool.Array[13], Gen.Bool.Array[13], (isOn, isSaid) =>
        {
            bool? Truth(int i) => isOn[i] ? true : isSaid[i] ? false : null;
            int? Number(int i) => isOn[i] ? 60 : isSaid[i] ? 0 : null;
            var said = new ContainerDefinition
            {
                Image = "busybox",
                Memory = 64,
                Privileged = Truth(0),
                ReadonlyRootFilesystem = Truth(1),
                Interactive = Truth(2),
                PseudoTerminal = Truth(3),
                DisableNetworking = Truth(4),
                MountPoints = [new() { SourceVolume = "v", ContainerPath = "/v", ReadOnly = Truth(5) }],
                StopTimeout = Number(6),
                StartTimeout = Number(7),
                RestartPolicy = Truth(8) is { } restarts ? new() { Enabled = restarts } : null,
                HealthCheck = isOn[9] ? new() { Command = ["CMD", "true"], StartPeriod = Number(10) }
                    : isSaid[9] ? new() { Command = ["NONE"] } : null,
                LinuxParameters = isOn[12] || isSaid[12]
                    ? new() { MaxSwap = isOn[12] ? 0 : null, SharedMemorySize = Number(11) } : null,
            };
            return (said, said with
            {
                Privileged = On(said.Privileged),
                ReadonlyRootFilesystem = On(said.ReadonlyRootFilesystem),
                Interactive = On(said.Interactive),
                PseudoTerminal = On(said.PseudoTerminal),
                DisableNetworking = On(said.DisableNetworking),
                MountPoints = [said.MountPoints[0] with { ReadOnly = On(said.MountPoints[0].ReadOnly) }],
                StopTimeout = Some(said.StopTimeout),
                StartTimeout = Some(said.StartTimeout),
                RestartPolicy = isOn[8] ? said.RestartPolicy : null,
                HealthCheck = isOn[9] ? said.HealthCheck! with { StartPeriod = Some(said.HealthCheck.StartPeriod) } : null,
                LinuxParameters = said.LinuxParameters is { } linux && (isOn[11] || isOn[12])
                    ? linux with { SharedMemorySize = Some(linux.SharedMemorySize) } : null,
            });
        });

    private static readonly Gen<RegisterTaskDefinition> Registrations = Gen.Select(
        Gen.OneOf(Containers, Switches.Select(both => both.Said)).Array[1, 4], Gen.Int[0, 3].Select(i => new[] { null, "1 vCPU", "8000 ", "0.25vcpu" }[i]),
        (containers, cpu) => Of([.. containers.Select((container, i) => container with { Name = $"c{i}" })])
            with { Cpu = cpu, Volumes = [new() { Name = "v" }] });

    [Fact]
    public void The_same_command_again_makes_no_new_event_but_for_a_registration_without_a_label() =>
        Histories.Sample(history =>
        {
            var book = new Book();
            foreach (var command in history)
            {
                var first = book.Decide(command);
                if (command is RegisterTaskDefinition { VersionLabel: null }) continue;

                var again = book.Decide(command);
                Assert.Empty(again.Events);
                Assert.Equal(Text(first.Error ?? first.Result!), Text(again.Error ?? again.Result!));
            }
        });

    [Fact]
    public void Revisions_of_a_family_rise_by_one_and_are_never_used_again() => Histories.Sample(history =>
    {
        var book = Play(history);
        foreach (var family in book.Events.OfType<TaskDefinitionRegistered>().GroupBy(e => e.Family))
        {
            Assert.Equal(Enumerable.Range(1, family.Count()), family.Select(e => e.Revision));
        }
    });

    [Fact]
    public void A_label_never_names_two_contents() => Histories.Sample(history =>
    {
        var labelled = Play(history).Events.OfType<TaskDefinitionRegistered>().Where(e => e.VersionLabel is not null);
        Assert.All(labelled.GroupBy(e => (e.Family, e.VersionLabel)), label => Assert.Single(label));
    });

    [Fact]
    public void The_state_is_the_fold_of_the_events_and_counts_them() => Histories.Sample(history =>
    {
        var book = Play(history);
        var folded = book.Events.Aggregate(Families.Empty, (state, e) => state.Apply(e));

        Assert.Equal(Text(book.State), Text(folded));
        foreach (var stream in book.Events.GroupBy(e => e.Stream))
        {
            Assert.Equal(stream.Count(), folded.VersionOf(stream.Key));
        }
    });

    [Fact]
    public void Filling_in_defaults_twice_is_as_once() => Registrations.Sample(command =>
    {
        if (!TaskDefinitionRules.TryRead(command, out var once, out _)) return;

        Assert.True(TaskDefinitionRules.TryRead(
            command with
            {
                ContainerDefinitions = once.ContainerDefinitions,
                NetworkMode = once.NetworkMode,
                Cpu = once.Cpu,
                Memory = once.Memory,
                Volumes = once.Volumes,
            },
            out var twice,
            out _));
        Assert.Equal(CanonicalJson.Digest(once), CanonicalJson.Digest(twice));
    });

    [Fact]
    public void What_is_said_to_be_off_is_shown_and_runs_as_what_is_left_out() => Switches.Array[1, 3].Sample(containers =>
    {
        var said = Labelled(containers.Select(both => both.Said));
        var leftOut = Labelled(containers.Select(both => both.LeftOut));
        var book = new Book();
        var shown = book.Register(said);

        Assert.All(shown.ContainerDefinitions.Zip(said.ContainerDefinitions!), pair => Assert.Equal(Switched(pair.Second), Switched(pair.First)));
        Assert.Equal(shown.TaskDefinitionArn, book.Register(leftOut).TaskDefinitionArn);
        Assert.Single(book.Events);
        Assert.Equal(Runs(leftOut), Runs(said));
    });

    [Fact]
    public void What_is_stored_reads_back_as_it_was() => Registrations.Sample(command =>
    {
        var decision = new Book().Decide(command);
        foreach (var e in decision.Events.Cast<TaskDefinitionRegistered>())
        {
            var read = System.Text.Json.JsonSerializer.Deserialize<TaskDefinitionRegistered>(
                CanonicalJson.Bytes(e), EcsJson.Options)!;
            Assert.Equal(e.Digest, CanonicalJson.Digest(read.Content));
            Assert.Equal(CanonicalJson.Digest(e), CanonicalJson.Digest(read));
        }
    });

    private static bool? On(bool? truth) => truth is true ? true : null;

    private static int? Some(int? number) => number is 0 ? null : number;

    private static RegisterTaskDefinition Labelled(IEnumerable<ContainerDefinition> containers) =>
        Web(label: "v1") with
        {
            ContainerDefinitions = [.. containers.Select((container, i) => container with { Name = $"c{i}" })],
            Volumes = [new() { Name = "v" }],
        };

    // Without what is filled in.
    private static string Switched(ContainerDefinition container) => Text(container with
    {
        Cpu = null,
        Essential = null,
        PortMappings = null,
        Links = null,
        Environment = null,
        MountPoints = container.MountPoints is { Count: > 0 } points ? points : null,
        VolumesFrom = container.VolumesFrom is { Count: > 0 } from ? from : null,
        SystemControls = container.SystemControls is { Count: > 0 } controls ? controls : null,
        RestartPolicy = container.RestartPolicy is { } policy ? policy with { RestartAttemptPeriod = null } : null,
        HealthCheck = container.HealthCheck is { } check
            ? check with { Interval = null, Timeout = null, Retries = null }
            : null,
    });

    // By itself and with overrides, whose content is filled in again.
    private static (string, string) Runs(RegisterTaskDefinition command)
    {
        Assert.True(TaskDefinitionRules.TryRead(command, out var content, out var error), error?.Message);
        Assert.True(Overriding.TryApply(content, null, out var alone, out _));
        Assert.True(Overriding.TryApply(
            content, new TaskOverrides { ContainerOverrides = [new() { Name = "c0", Cpu = 1 }] }, out var overridden, out _));
        return (Text(alone), Text(overridden));
    }

    private static Book Play(Command[] history)
    {
        var book = new Book();
        foreach (var command in history) book.Decide(command);
        return book;
    }

    private static string Text(object value) => CanonicalJson.Digest(value);

    private static string Text(Families state) => CanonicalJson.Digest(
        state.In(Scope.Default).Select(family => new { family.Name, family.Version, family.Revisions }).ToList());
}
