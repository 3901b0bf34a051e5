using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;
using Ecs.Agent.Tests.Tasks;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Journal;

public sealed class TaskJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ecs-journal-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private TaskJournal Open() => new(_directory, NullLogger.Instance);

    private static TaskState Numbered(long number) => TaskMachine.Unknown(Some.Task(1)) with { Number = number };

    [Fact]
    public async Task Given_a_task_that_was_kept_when_the_journal_is_opened_again_then_all_that_counts_is_there()
    {
        var kept = new Spec(Some.Container("web") with { Cpu = 5 }).Runs("web").Ends("web", 4).State;
        await using (var journal = Open()) await journal.SaveAsync(kept, CancellationToken.None);

        await using var again = Open();
        var read = Assert.Single(again.Load());

        Assert.Equal(Observations.Of(kept, Some.Time) with { Containers = [] },
            Observations.Of(read, Some.Time) with { Containers = [] });
        Assert.Equal((10L, Desired.Stopped, "some", 1), (read.Number, read.Desired, read.Family, read.Revision));
        Assert.Equal((5, 4, "id-web", LifecycleStatus.Stopped), (read.Containers[0].Definition.Cpu,
            read.Containers[0].ExitCode, read.Containers[0].RuntimeId, read.Containers[0].Status));
    }

    [Fact]
    public async Task Given_a_directory_that_somebody_removed_when_a_task_is_kept_then_it_is_there_again()
    {
        await using var journal = Open();
        await journal.SaveAsync(TaskMachine.Unknown(Some.Task(1)), CancellationToken.None);
        Directory.Delete(_directory, recursive: true);

        await journal.SaveSoonAsync(TaskMachine.Unknown(Some.Task(2)), CancellationToken.None);
        await journal.SaveAsync(TaskMachine.Unknown(Some.Task(3)), CancellationToken.None);
        await journal.RemoveAsync(TaskMachine.Unknown(Some.Task(1)), CancellationToken.None);

        Assert.Null(journal.Fault);
        await using var again = Open();
        Assert.Equal([Some.Task(2), Some.Task(3)], again.Load().Select(task => task.TaskArn).Order());
    }

    [Fact]
    public async Task Given_many_tasks_that_are_kept_at_once_when_the_file_of_one_cannot_be_written_then_only_that_one_has_failed()
    {
        await using var journal = Open();
        var tasks = Enumerable.Range(1, 20).Select(number => TaskMachine.Unknown(Some.Task(number))).ToList();
        Directory.CreateDirectory(Path.Combine(_directory, tasks[9].Id + ".json", "in the way"));

        var saves = tasks.ConvertAll(task => journal.SaveAsync(task, CancellationToken.None));
        await Task.WhenAll(saves).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal([tasks[9]], tasks.Where((_, i) => saves[i].IsFaulted));
        await using var again = Open();
        Assert.Equal(19, again.Load().Count);
    }

    [Fact]
    public async Task Given_writes_of_one_task_when_they_are_not_waited_for_then_the_last_one_holds()
    {
        var journal = Open();
        var writes = Enumerable.Range(1, 200).Select(number =>
            journal.SaveSoonAsync(TaskMachine.Unknown(Some.Task(1)) with { Number = number }, CancellationToken.None));
        await Task.WhenAll(writes.ToList());
        await journal.DisposeAsync();

        await using var again = Open();
        Assert.Equal(200, Assert.Single(again.Load()).Number);
    }

    [Fact]
    public async Task Given_what_was_kept_soon_when_a_power_cut_has_torn_it_then_what_the_disk_was_waited_for_is_there()
    {
        await using var journal = Open();
        await journal.SaveAsync(Numbered(111), CancellationToken.None);
        await journal.SaveSoonAsync(Numbered(222), CancellationToken.None);
        var newest = Directory.GetFiles(_directory).Single(
            file => File.ReadAllText(file).Contains("\"number\":222", StringComparison.Ordinal));

        await File.WriteAllBytesAsync(newest, []);

        await using var again = Open();
        Assert.Equal(111, Assert.Single(again.Load()).Number);
    }

    [Fact]
    public async Task Given_what_was_kept_soon_when_it_is_still_there_beside_a_newer_file_then_the_newer_one_holds()
    {
        await using var journal = Open();
        await journal.SaveAsync(Numbered(1), CancellationToken.None);
        await journal.SaveSoonAsync(Numbered(2), CancellationToken.None);
        var soon = Directory.GetFiles(_directory, "*.soon").Single();
        var older = await File.ReadAllBytesAsync(soon);
        await journal.SaveAsync(Numbered(3), CancellationToken.None);
        Assert.False(File.Exists(soon));

        await File.WriteAllBytesAsync(soon, older);

        await using var again = Open();
        Assert.Equal(3, Assert.Single(again.Load()).Number);
        Assert.False(File.Exists(soon));
    }

    [Fact]
    public async Task Given_what_was_kept_soon_of_a_task_whose_file_is_gone_when_the_journal_is_opened_again_then_it_goes()
    {
        await using var journal = Open();
        await journal.SaveAsync(Numbered(1), CancellationToken.None);
        await journal.SaveSoonAsync(Numbered(2), CancellationToken.None);
        File.Delete(Directory.GetFiles(_directory, "*.json").Single());

        await using var again = Open();

        Assert.Empty(again.Load());
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Given_an_agent_that_ends_when_it_had_kept_a_task_soon_then_the_next_one_knows_it_and_goes_on_from_there()
    {
        await using (var first = Open())
        {
            await first.SaveAsync(Numbered(1), CancellationToken.None);
            await first.SaveSoonAsync(Numbered(2), CancellationToken.None);
        }

        await using (var second = Open())
        {
            Assert.Equal(2, Assert.Single(second.Load()).Number);
            await second.SaveSoonAsync(Numbered(3), CancellationToken.None);
        }

        await using var third = Open();
        Assert.Equal(3, Assert.Single(third.Load()).Number);
        await third.RemoveAsync(Numbered(3), CancellationToken.None);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Given_a_task_that_was_dropped_when_the_journal_is_opened_again_then_it_is_gone()
    {
        await using var journal = Open();
        await journal.SaveAsync(TaskMachine.Unknown(Some.Task(1)), CancellationToken.None);
        await journal.RemoveAsync(TaskMachine.Unknown(Some.Task(1)), CancellationToken.None);

        Assert.Empty(journal.Load());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"number\": 1}")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("[]")]
    [InlineData("{\"format\": 1}")]
    [InlineData("{\"format\": 2, \"task\": {\"taskArn\": \"arn:aws:ecs:r:a:task/default/broken\"}}")]
    [InlineData("{\"format\": \"one\"}")]
    [InlineData("{\"taskArn\": \"arn:aws:ecs:r:a:task/default/broken\", \"containers\": null}")]
    [InlineData("{\"taskArn\": \"arn:aws:ecs:r:a:task/default/broken\", \"containers\": [null]}")]
    [InlineData("{\"taskArn\": \"arn:aws:ecs:r:a:task/default/another\"}")]
    public async Task Given_a_file_that_cannot_be_read_then_it_is_set_aside_and_the_others_are_read(string content)
    {
        await using var journal = Open();
        await journal.SaveAsync(TaskMachine.Unknown(Some.Task(1)), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(_directory, "broken.json"), content);

        Assert.Equal(Some.Task(1), Assert.Single(journal.Load()).TaskArn);
        Assert.True(File.Exists(Path.Combine(_directory, "broken.json.corrupt")));
    }

    [Fact]
    public async Task Given_any_part_of_a_file_or_any_bit_that_is_changed_then_it_is_set_aside()
    {
        var kept = new Spec(Some.Container("web")).Runs("web").State;
        await using var journal = Open();
        await journal.SaveAsync(kept, CancellationToken.None);
        var path = Directory.GetFiles(_directory).Single();
        var whole = await File.ReadAllBytesAsync(path);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 0x10;
            foreach (var content in new[] { whole[..at], changed })
            {
                await File.WriteAllBytesAsync(path, content);
                Assert.Empty(journal.Load());
                Assert.False(File.Exists(path));
            }
        }
    }

    [Fact]
    public async Task Given_a_file_of_before_there_were_formats_then_it_is_read()
    {
        var task = TaskMachine.Unknown(Some.Task(1)) with { Number = 7 };
        var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(task, Contracts.EcsJson.Options);
        await File.WriteAllBytesAsync(Path.Combine(_directory, task.Id + ".json"), bytes);

        await using var journal = Open();
        Assert.Equal(7, Assert.Single(journal.Load()).Number);
    }

    [Fact]
    public async Task Given_a_disk_that_takes_nothing_then_the_journal_says_so_until_what_had_to_be_kept_is()
    {
        await using var journal = Open();
        var task = TaskMachine.Unknown(Some.Task(1));
        var inTheWay = Directory.CreateDirectory(Path.Combine(_directory, task.Id + ".json"));

        await Assert.ThrowsAnyAsync<SystemException>(() => journal.SaveAsync(task, CancellationToken.None));
        Assert.NotNull(journal.Fault);
        inTheWay.Delete();
        await journal.SaveAsync(task, CancellationToken.None);
        Assert.Null(journal.Fault);
    }

    [Fact]
    public async Task Given_an_id_that_is_no_file_name_then_nothing_is_written_outside_the_journal()
    {
        await using var journal = Open();
        await journal.SaveAsync(TaskMachine.Unknown("arn:aws:ecs:r:a:task/default/.."), CancellationToken.None);

        Assert.Equal("arn:aws:ecs:r:a:task/default/..", Assert.Single(journal.Load()).TaskArn);
        Assert.Single(Directory.GetFiles(_directory));
    }
}
