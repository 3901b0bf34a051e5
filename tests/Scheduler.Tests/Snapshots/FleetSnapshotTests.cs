using System.Text;
using CsCheck;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;

namespace Ecs.Scheduler.Tests.Snapshots;

/// <summary>A fleet that was kept and read back is the fleet.</summary>
public class FleetSnapshotTests
{
    [Fact]
    public void A_snapshot_at_any_cut_and_the_tail_give_what_the_whole_log_gives() =>
        Gen.Select(FleetHistory.Any, Gen.Int[0, 100]).Sample((history, percent) =>
        {
            var log = FleetHistory.Play(history).Log;
            var cut = log.Count * percent / 100;

            var restored = Read(Fold(FleetState.Empty, log.Take(cut)));

            Assert.Equal(StateText.Of(Fold(FleetState.Empty, log.Take(cut))), StateText.Of(restored));
            var whole = Fold(FleetState.Empty, log);
            var resumed = Fold(restored, log.Skip(cut));
            Assert.Equal(StateDigest.Of(whole), StateDigest.Of(resumed));
            Assert.Equal(StateText.Of(whole), StateText.Of(resumed));
        });

    [Fact]
    public void What_was_read_back_is_written_as_before() => FleetHistory.Any.Sample(history =>
    {
        var state = FleetHistory.Play(history).State;

        Assert.Equal(Text(state), Text(Read(state)));
        Assert.Equal(StateDigest.Of(state), StateDigest.Of(Bytes(state)));
    });

    /// <summary>Without it the properties above could hold of histories in which nothing happens.</summary>
    [Fact]
    public void The_histories_have_every_kind_of_event()
    {
        var seen = new HashSet<string>();
        FleetHistory.Any.Sample(
            history =>
            {
                var events = FleetHistory.Play(history).Log.Select(EventTypes.NameOf);
                lock (seen) seen.UnionWith(events);
            },
            iter: 2_000);

        var all = EventTypes.All.Keys.Where(name => !name.StartsWith("task-definition-", StringComparison.Ordinal));
        Assert.Equal(all.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// A new member must be kept, or be named here as one that follows from others; the first property then checks it.
    /// </summary>
    [Fact]
    public void Each_member_of_the_state_is_kept_or_follows_from_others()
    {
        Assert.Equal(
            ["Accounts", "ClusterOf", "Clusters", "Deregistered", "IsOpen", "Stopped", "Waiting"],
            Settable(typeof(FleetState)).Order().ToArray());
        Assert.Equal(["Instances", "Tasks", "Waiting"], NotKept(typeof(ClusterState), typeof(ClusterLine)));
        Assert.Equal(["Attributes"], NotKept(typeof(InstanceState), typeof(InstanceLine)));
        Assert.Equal(["Origin"], NotKept(typeof(TaskState), typeof(TaskLine)));
        Assert.Equal(["Arrived", "ByArrival", "ByRequest", "Due"], Settable(typeof(WaitingLine)).Order().ToArray());
    }

    /// <summary>The form is known by its name: whoever changes it must change the name too, and then this.</summary>
    [Fact]
    public void The_form_is_the_one_of_its_name()
    {
        const string cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/c";
        const string instance = "arn:aws:ecs:us-east-1:000000000000:container-instance/c/i";
        const string task = "arn:aws:ecs:us-east-1:000000000000:task/c/t";
        var placed = new TaskPlaced
        {
            TaskArn = task,
            ClusterArn = cluster,
            ContainerInstanceArn = instance,
            TaskDefinitionArn = Fleet.Definition,
            DefinitionDigest = "0",
            Group = "g",
            Overrides = new TaskOverrides(),
            Reserved = new Reservation { Cpu = 1, Memory = 2, Ports = [80] },
            Containers = [],
            Choice = new PlacementChoice { Rule = "named", Considered = 1 },
            At = Fleet.Noon,
        };
        var profile = new InstanceProfile
        {
            Session = 1,
            Hostname = "h",
            Resources = new InstanceResources { Cpu = 1024, Memory = 2048 },
            Attributes = [new NameValue("rack", "r1")],
            VersionInfo = new VersionInfo(),
        };
        var state = Fold(FleetState.Empty,
        [
            new ClusterCreated(cluster, "c", Fleet.Noon),
            new ContainerInstanceRegistered
            {
                ContainerInstanceArn = instance,
                ClusterArn = cluster,
                Profile = profile,
                At = Fleet.Noon,
            },
            placed,
            new TaskRunning { TaskArn = task, At = Fleet.Noon },
        ]);

        Assert.Equal("fleet-6", FleetState.Format);
        Assert.Equal("8829e8258a65f704", StateDigest.Of(state)[..16]);
    }

    [Theory]
    [InlineData("{\"cluster\":{}}\n")]
    [InlineData("{\"moon\":{}}\n")]
    [InlineData("{\"task\":{}}\n")]
    [InlineData("{}")]
    [InlineData("not JSON\n")]
    public void Given_what_no_fleet_wrote_when_read_then_it_is_refused(string content) =>
        Assert.Throws<InvalidDataException>(() => FleetState.Read(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Given_two_lines_of_one_task_that_differ_when_read_then_it_is_refused()
    {
        var fleet = new Fleet();
        fleet.Instance();
        var task = fleet.Task();
        var before = Text(fleet.State);
        fleet.When(new StopTask { Task = task });
        var lines = before.Split('\n')[..^1].Concat(Text(fleet.State).Split('\n')[^2..]);

        Assert.Throws<InvalidDataException>(
            () => FleetState.Read(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    private static FleetState Fold(FleetState from, IEnumerable<IEvent> events) =>
        events.Aggregate(from, (state, e) => state.Apply(e));

    private static FleetState Read(FleetState state) => FleetState.Read(Bytes(state));

    private static string Text(FleetState state) => Encoding.UTF8.GetString(Bytes(state));

    private static byte[] Bytes(FleetState state)
    {
        using var content = new MemoryStream();
        state.Write(content);
        return content.ToArray();
    }

    private static string[] NotKept(Type state, Type line) =>
        [.. Settable(state).Except(line.GetProperties().Select(p => p.Name)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Settable(Type type) => type
        .GetProperties(System.Reflection.BindingFlags.Instance
            | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)
        .Where(p => p.CanWrite)
        .Select(p => p.Name);
}
