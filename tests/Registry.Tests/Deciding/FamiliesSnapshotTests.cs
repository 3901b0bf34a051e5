using System.Text;
using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Deciding;

/// <summary>Families that were kept and read back are the families.</summary>
public sealed class FamiliesSnapshotTests
{
    private static readonly Gen<Command[]> Histories = Gen.Frequency(
        (3, Gen.Select(Gen.Int[1, 3], Gen.Int[0, 3], Gen.Int[1, 3], (family, label, cpu) => (Command)(
            Web($"family-{family}", label is 0 ? null : $"v{label}") with
            {
                Cpu = $"{cpu * 128}",
                Actor = cpu is 1 ? "somebody" : null,
                Tags = cpu is 2 ? [new Tag { Key = "cpu", Value = "2" }] : null,
                Account = family is 3 ? "111111111111" : Scope.DefaultAccount,
            }))),
        (1, Gen.Select(Gen.Int[1, 2], Gen.Int[1, 9], Gen.Int[0, 2], (family, revision, tag) =>
            (Command)new TagTaskDefinition
            {
                ResourceArn = $"arn:aws:ecs:us-east-1:000000000000:task-definition/family-{family}:{revision}",
                Tags = [new Tag { Key = $"key-{tag}", Value = "x" }],
            })),
        (1, Gen.Select(Gen.Int[1, 2], Gen.Int[1, 9], (family, revision) => (Command)new DeleteTaskDefinitions
        {
            TaskDefinitions = [$"family-{family}:{revision}"],
        })),
        (1, Gen.Select(Gen.Int[1, 2], Gen.Int[1, 9], (family, revision) => (Command)new DeregisterTaskDefinition
        {
            TaskDefinition = $"family-{family}:{revision}",
        }))).Array[0, 40];

    [Fact]
    public void A_snapshot_at_any_cut_and_the_tail_give_what_the_whole_log_gives() =>
        Gen.Select(Histories, Gen.Int[0, 100]).Sample((history, percent) =>
        {
            var book = new Book();
            foreach (var command in history) book.Decide(command);
            var cut = book.Events.Count * percent / 100;

            var restored = Read(Fold(Families.Empty, book.Events.Take(cut)));

            var resumed = Fold(restored, book.Events.Skip(cut));
            Assert.Equal(StateDigest.Of(book.State), StateDigest.Of(resumed));
            Assert.Equal(Shown(book.State), Shown(resumed));
            foreach (var e in book.Events) Assert.Equal(book.State.VersionOf(e.Stream), resumed.VersionOf(e.Stream));
        });

    /// <summary>The form is known by its name: whoever changes it must change the name too, and then this.</summary>
    [Fact]
    public void The_form_is_the_one_of_its_name()
    {
        var state = Families.Empty.Apply(new TaskDefinitionRegistered
        {
            TaskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
            Family = "web",
            Revision = 1,
            VersionLabel = "v1",
            Content = new()
            {
                ContainerDefinitions =
                [
                    new()
                    {
                        Name = "web",
                        Image = "web:1",
                        PortMappings = [new() { Name = "web", AppProtocol = "http", ContainerPortRange = "8000-8010" }],
                    },
                ],
            },
            Digest = "0",
            RegisteredBy = "somebody",
            At = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
        });

        Assert.Equal("families-4", Families.Format);
        Assert.Equal("f65ce1a225aa604a", StateDigest.Of(state)[..16]);
    }

    [Theory]
    [InlineData("""{"stream":"s","name":"n","version":1}""")]
    [InlineData("""{"stream":"s","name":"n","version":1,"revisions":[],"moons":1}""")]
    [InlineData("not JSON")]
    public void Given_what_no_Registry_wrote_when_read_then_it_is_refused(string line) =>
        Assert.Throws<InvalidDataException>(() => Families.Read(Encoding.UTF8.GetBytes($"{line}\n")));

    [Fact]
    public void Given_content_that_is_cut_off_when_read_then_it_is_refused()
    {
        var book = new Book();
        book.Register(Web("api", "v1"));
        var content = Bytes(book.State);

        Assert.Throws<InvalidDataException>(() => Families.Read(content.AsMemory()[..^1]));
        Assert.Throws<InvalidDataException>(() => Families.Read((byte[])[.. content, .. content]));
    }

    private static Families Fold(Families from, IEnumerable<IEvent> events) =>
        events.Aggregate(from, (state, e) => state.Apply(e));

    private static Families Read(Families state) => Families.Read(Bytes(state));

    private static byte[] Bytes(Families state)
    {
        using var content = new MemoryStream();
        state.Write(content);
        return content.ToArray();
    }

    /// <summary>Everything that the families answer, labels included.</summary>
    private static string Shown(Families state) => string.Join('\n', new[] { Scope.DefaultAccount, "111111111111" }
        .SelectMany(account => state.In(new Scope(account, Scope.DefaultRegion)))
        .Select(family => CanonicalJson.Digest(new
        {
            family.Name,
            family.Version,
            family.Revisions,
            family.NewestActive,
            Labels = family.Revisions.Where(r => r.VersionLabel is not null)
                .Select(r => family.FindByLabel(r.VersionLabel!)).ToList(),
        })));
}
